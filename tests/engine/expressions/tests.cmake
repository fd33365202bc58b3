backstep_test(engine/expressions/tst_parser.cpp Backstep::Engine)
backstep_test(engine/expressions/tst_lowering.cpp Backstep::Engine)
backstep_test(engine/expressions/tst_completion.cpp Backstep::Engine)
