target_sources(BackstepEngine PRIVATE
    formats/file_view.cpp
    formats/file_write.cpp
    formats/onnx_damage.cpp
    formats/onnx_file.cpp
    formats/onnx_elements.cpp
    formats/onnx_tensor.cpp
    formats/npy_header.cpp
    formats/npy.cpp
    formats/npz.cpp
)

# onnx.proto -> <build>/generated/engine/formats/onnx.pb.{h,cc}, included by path as all headers are
set(BACKSTEP_GENERATED ${PROJECT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${BACKSTEP_GENERATED})
add_custom_command(
    OUTPUT ${BACKSTEP_GENERATED}/engine/formats/onnx.pb.cc
           ${BACKSTEP_GENERATED}/engine/formats/onnx.pb.h
    COMMAND protobuf::protoc --proto_path=${PROJECT_SOURCE_DIR} --cpp_out=${BACKSTEP_GENERATED}
            engine/formats/onnx.proto
    DEPENDS ${PROJECT_SOURCE_DIR}/engine/formats/onnx.proto
    VERBATIM
)
target_sources(BackstepEngine PRIVATE ${BACKSTEP_GENERATED}/engine/formats/onnx.pb.cc)
set_source_files_properties(${BACKSTEP_GENERATED}/engine/formats/onnx.pb.cc
                            PROPERTIES COMPILE_OPTIONS -w)
target_include_directories(BackstepEngine SYSTEM PUBLIC ${BACKSTEP_GENERATED})
