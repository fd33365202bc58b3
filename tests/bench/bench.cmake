add_executable(bench_engine
    bench/engine/bench_engine.cpp
    support/recurrent_program.cpp)
target_link_libraries(bench_engine PRIVATE Backstep::Engine BackstepOptions)

add_executable(bench_building
    bench/engine/bench_building.cpp
    support/recurrent_program.cpp)
target_link_libraries(bench_building PRIVATE Backstep::Engine BackstepOptions)

if(TARGET Backstep::Window)
    add_executable(bench_typing bench/bench_typing.cpp)
    target_link_libraries(bench_typing PRIVATE
        Backstep::Window BackstepOptions Qt6::Test protobuf::libprotobuf)
endif()
