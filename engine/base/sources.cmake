target_sources(BackstepEngine PRIVATE
    base/date.cpp
    base/text.cpp
)
