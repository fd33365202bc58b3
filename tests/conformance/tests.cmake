if(EXISTS ${PROJECT_SOURCE_DIR}/engine/session/debug_session.cpp)
    backstep_test(conformance/tst_rnn_cases.cpp Backstep::Engine protobuf::libprotobuf)
endif()
