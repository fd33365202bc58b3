backstep_test(engine/session/tst_references.cpp Backstep::Engine)
target_sources(tst_references PRIVATE
    ${PROJECT_SOURCE_DIR}/tests/engine/session/reference_files.cpp
    ${PROJECT_SOURCE_DIR}/tests/engine/session/reference_exceptions.cpp
    ${PROJECT_SOURCE_DIR}/tests/engine/session/reference_comparison.cpp)
backstep_test(engine/session/tst_courses.cpp Backstep::Engine)
backstep_test(engine/session/tst_session_thread.cpp Backstep::Engine)
backstep_test(engine/session/tst_model_gradcheck.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/session/tst_profiles.cpp Backstep::Engine)
backstep_test(engine/session/tst_gradient_verdicts.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/session/tst_pasted_forwards.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/session/tst_given_forwards.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/session/tst_insertions.cpp Backstep::Engine)
backstep_test(engine/session/tst_kept_gradients.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/session/tst_training.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/session/tst_soft_forwards.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/session/tst_timestep_gradients.cpp Backstep::Engine)
backstep_test(engine/session/tst_forward_looks.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/session/tst_compared_findings.cpp Backstep::Engine protobuf::libprotobuf)
