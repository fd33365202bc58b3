target_sources(BackstepViews PRIVATE
    timeline/overview_strip.cpp
    timeline/time_rail.cpp
)
