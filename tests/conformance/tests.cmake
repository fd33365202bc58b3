backstep_test(conformance/tst_rnn_cases.cpp Backstep::Engine protobuf::libprotobuf)
