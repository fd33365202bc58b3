backstep_test(engine/passes/tst_weights.cpp Backstep::Engine)
