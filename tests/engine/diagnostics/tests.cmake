backstep_test(engine/diagnostics/tst_framework_tables.cpp Backstep::Engine)
backstep_test(engine/diagnostics/tst_traceback.cpp Backstep::Engine)
