add_executable(bench_engine
    bench/engine/bench_engine.cpp
    bench/engine/recurrent_program.cpp)
target_link_libraries(bench_engine PRIVATE Backstep::Engine BackstepOptions)
