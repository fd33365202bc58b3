backstep_test(engine/checks/tst_gradcheck.cpp Backstep::Engine)
target_sources(tst_gradcheck PRIVATE
    ${PROJECT_SOURCE_DIR}/tests/engine/checks/op_table.cpp
    ${PROJECT_SOURCE_DIR}/tests/engine/checks/op_cases.cpp)
