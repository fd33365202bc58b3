target_sources(BackstepViews PRIVATE
    outline/model_panel.cpp
    outline/weights_bar.cpp
)
