target_sources(BackstepViews PRIVATE
    training/training_numbers.cpp
    training/training_course.cpp
    training/training_panel.cpp
    training/try_fixes_dialog.cpp
)
