backstep_test(engine/autodiff/tst_flow.cpp Backstep::Engine)
backstep_test(engine/autodiff/tst_padding.cpp Backstep::Engine)
backstep_test(engine/autodiff/tst_scan.cpp Backstep::Engine)
backstep_test(engine/autodiff/tst_timestep_scope.cpp Backstep::Engine)
