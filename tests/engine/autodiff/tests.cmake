backstep_test(engine/autodiff/tst_flow.cpp Backstep::Engine)
