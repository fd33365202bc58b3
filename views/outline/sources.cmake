target_sources(BackstepViews PRIVATE
    outline/model_panel.cpp
    outline/watch_delegate.cpp
    outline/watch_list.cpp
    outline/weights_bar.cpp
)
