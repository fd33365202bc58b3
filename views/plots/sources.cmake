target_sources(BackstepViews PRIVATE
    plots/curves.cpp
    plots/heatmap.cpp
    plots/histogram.cpp
    plots/series_plot.cpp
)
