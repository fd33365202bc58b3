target_sources(BackstepViews PRIVATE
    diagnostics/problems_panel.cpp
)
