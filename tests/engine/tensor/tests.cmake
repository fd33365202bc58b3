backstep_test(engine/tensor/tst_copies.cpp Backstep::Engine)
