backstep_test(engine/importers/tst_text_model.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/importers/tst_mutated_models.cpp Backstep::Engine protobuf::libprotobuf)
