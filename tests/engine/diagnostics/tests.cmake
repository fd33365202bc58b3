backstep_test(engine/diagnostics/tst_framework_tables.cpp Backstep::Engine)
