target_sources(BackstepEngine PRIVATE
    exporters/report_places.cpp
    exporters/report_text.cpp
    exporters/report_json.cpp
)
