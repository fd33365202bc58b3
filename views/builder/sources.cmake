target_sources(BackstepViews PRIVATE
    builder/new_model_dialog.cpp
)
