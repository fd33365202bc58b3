backstep_test(engine/exporters/tst_report.cpp Backstep::Engine)
backstep_test(engine/exporters/tst_gradient_notes.cpp Backstep::Engine protobuf::libprotobuf)
backstep_test(engine/exporters/tst_op_table.cpp Backstep::Engine)
backstep_test(engine/exporters/tst_manual.cpp Backstep::Engine)
