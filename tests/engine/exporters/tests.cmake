if(EXISTS ${PROJECT_SOURCE_DIR}/engine/diagnostics/finding.cpp)
    backstep_test(engine/exporters/tst_report.cpp Backstep::Engine)
endif()
