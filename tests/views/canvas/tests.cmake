function(backstep_canvas_test path)
    backstep_test(${path} Backstep::Views)
    get_filename_component(name ${path} NAME_WE)
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/views/canvas/sample_program.cpp)
endfunction()

backstep_canvas_test(views/canvas/tst_cell_layout.cpp)
backstep_canvas_test(views/canvas/tst_cell_outline.cpp)
backstep_canvas_test(views/canvas/tst_scene.cpp)
backstep_canvas_test(views/canvas/tst_graph_view.cpp)
backstep_canvas_test(views/canvas/tst_graph_view_camera.cpp)

add_executable(bench_canvas bench/bench_canvas.cpp views/canvas/sample_program.cpp)
target_link_libraries(bench_canvas PRIVATE Backstep::Views BackstepOptions)
