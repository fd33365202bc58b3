backstep_test(engine/ops/tst_ops.cpp Backstep::Engine)
