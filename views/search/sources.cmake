target_sources(BackstepViews PRIVATE
    search/search_delegate.cpp
    search/search_popup.cpp
)
