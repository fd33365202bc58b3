backstep_test(engine/importers/tst_text_model.cpp Backstep::Engine protobuf::libprotobuf)
