backstep_test(engine/formats/tst_file_view.cpp Backstep::Engine)
backstep_test(engine/formats/tst_onnx_file.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/formats/tst_onnx_tensor.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/formats/tst_npz.cpp Backstep::Engine)
