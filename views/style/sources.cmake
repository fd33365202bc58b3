target_sources(BackstepViews PRIVATE
    style/palette.cpp
)
