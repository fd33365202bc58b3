backstep_test(engine/ops/tst_ops.cpp Backstep::Engine)
target_sources(tst_ops PRIVATE engine/ops/op_case.cpp)
backstep_test(engine/ops/tst_random_ops.cpp Backstep::Engine)
backstep_test(engine/ops/tst_text_ops.cpp Backstep::Engine)
