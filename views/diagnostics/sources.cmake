target_sources(BackstepViews PRIVATE
    diagnostics/problems_panel.cpp
    diagnostics/explain_dialog.cpp
    diagnostics/compare_dialog.cpp
)
