backstep_test(views/style/tst_value_text.cpp Backstep::Views)
