if(TARGET Backstep::Window)
    backstep_test(app/tst_window.cpp Backstep::Window)
    backstep_test(app/tst_walk.cpp Backstep::Window)
endif()
