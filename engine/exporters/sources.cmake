target_sources(BackstepEngine PRIVATE
    exporters/explanation.cpp
    exporters/manual.cpp
    exporters/report_places.cpp
    exporters/report_text.cpp
    exporters/gradient_notes.cpp
    exporters/report_json.cpp
)
