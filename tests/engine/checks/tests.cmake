backstep_test(engine/checks/tst_static_checks.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/checks/tst_fixture_findings.cpp Backstep::Engine)
backstep_test(engine/checks/tst_run_checks.cpp Backstep::Engine)
