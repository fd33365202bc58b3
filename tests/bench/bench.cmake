add_executable(bench_engine
    bench/engine/bench_engine.cpp
    support/recurrent_program.cpp)
target_link_libraries(bench_engine PRIVATE Backstep::Engine BackstepOptions)
