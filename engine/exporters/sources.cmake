target_sources(BackstepEngine PRIVATE
    exporters/explanation.cpp
    exporters/manual.cpp
    exporters/report_places.cpp
    exporters/report_text.cpp
    exporters/gradient_functions.cpp
    exporters/gradient_notes.cpp
    exporters/report_gradients.cpp
    exporters/report_json.cpp
    exporters/op_table.cpp
    exporters/export_form.cpp
    exporters/onnx_insertion.cpp
    exporters/onnx_parts.cpp
    exporters/onnx_writer.cpp
    exporters/training_graph.cpp
)
