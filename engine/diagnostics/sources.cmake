target_sources(BackstepEngine PRIVATE
    diagnostics/catalogue.cpp
    diagnostics/fix.cpp
    diagnostics/framework_tables.cpp
    diagnostics/message_clues.cpp
    diagnostics/message_patterns.cpp
    diagnostics/soft_forwards.cpp
    diagnostics/surrogates.cpp
    diagnostics/traceback.cpp
)

# resources/tables/x.tsv -> <build>/generated/tables/x.cpp
foreach(pair tensorflow_gradients:kTensorFlowGradients pytorch_gradients:kPyTorchGradients
             jax_gradients:kJaxGradients onnx_ops:kOnnxOps)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 table)
    list(GET pair 1 name)
    set(tsv ${PROJECT_SOURCE_DIR}/resources/tables/${table}.tsv)
    set(generated ${PROJECT_BINARY_DIR}/generated/tables/${table}.cpp)
    add_custom_command(
        OUTPUT ${generated}
        COMMAND ${CMAKE_COMMAND} -DTABLE=${tsv} -DOUT=${generated} -DNAME=${name}
                -P ${PROJECT_SOURCE_DIR}/engine/diagnostics/embed_table.cmake
        DEPENDS ${tsv} ${PROJECT_SOURCE_DIR}/engine/diagnostics/embed_table.cmake
        VERBATIM
    )
    target_sources(BackstepEngine PRIVATE ${generated})
endforeach()
