target_sources(BackstepViews PRIVATE
    welcome/lesson_card.cpp
    welcome/recent_row.cpp
    welcome/welcome_page.cpp
)
