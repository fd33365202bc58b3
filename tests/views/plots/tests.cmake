backstep_test(views/plots/tst_plots.cpp Backstep::Views)
