target_sources(BackstepEngine PRIVATE
    base/text.cpp
)
