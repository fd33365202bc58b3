backstep_test(engine/execution/tst_stepping.cpp Backstep::Engine)
