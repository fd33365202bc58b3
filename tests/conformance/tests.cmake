backstep_test_program(conformance/tst_rnn_cases.cpp Backstep::Engine protobuf::libprotobuf)
