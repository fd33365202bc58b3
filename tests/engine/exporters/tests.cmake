if(EXISTS ${PROJECT_SOURCE_DIR}/engine/session/debug_session.cpp)
    backstep_test(engine/exporters/tst_report.cpp Backstep::Engine)
endif()
