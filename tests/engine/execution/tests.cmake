backstep_test(engine/execution/tst_team.cpp Backstep::Engine)
backstep_test(engine/execution/tst_stepping.cpp Backstep::Engine)
backstep_test(engine/execution/tst_recording.cpp Backstep::Engine)
target_sources(tst_recording PRIVATE support/recurrent_program.cpp)
