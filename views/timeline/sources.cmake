target_sources(BackstepViews PRIVATE
    timeline/overview_strip.cpp
    timeline/time_rail.cpp
    timeline/time_rail_paint.cpp
)
