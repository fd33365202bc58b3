set(op_cases
    ${PROJECT_SOURCE_DIR}/tests/engine/checks/op_table.cpp
    ${PROJECT_SOURCE_DIR}/tests/engine/checks/op_cases.cpp)
backstep_test(engine/checks/tst_gradcheck.cpp Backstep::Engine)
target_sources(tst_gradcheck PRIVATE ${op_cases})
backstep_test(engine/checks/tst_second_order.cpp Backstep::Engine)
target_sources(tst_second_order PRIVATE ${op_cases})
backstep_test(engine/checks/tst_gradcheck_faults.cpp Backstep::Engine)
target_sources(tst_gradcheck_faults PRIVATE ${op_cases}
    ${PROJECT_SOURCE_DIR}/tests/engine/checks/graph_faults.cpp)
backstep_test(engine/checks/tst_static_checks.cpp Backstep::Engine protobuf::libprotobuf)
target_sources(tst_static_checks PRIVATE
    ${PROJECT_SOURCE_DIR}/tests/engine/checks/static_models.cpp)
backstep_test(engine/checks/tst_fixture_findings.cpp Backstep::Engine)
backstep_test(engine/checks/tst_ridders.cpp Backstep::Engine)
backstep_test(engine/checks/tst_nested_scans.cpp Backstep::Engine)
backstep_test(engine/checks/tst_run_checks.cpp Backstep::Engine)
backstep_test(engine/checks/tst_run_values.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/checks/tst_known_gradients.cpp Backstep::Engine)
