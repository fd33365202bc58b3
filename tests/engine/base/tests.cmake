backstep_test(engine/base/tst_text.cpp Backstep::Engine)
