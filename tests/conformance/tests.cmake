backstep_test_program(conformance/tst_rnn_cases.cpp Backstep::Engine protobuf::libprotobuf)

find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
add_executable(backstep-conformance
    conformance/backstep_conformance.cpp
    conformance/conformance_pool.cpp
    conformance/conformance_files.cpp
    conformance/conformance_compare.cpp
    conformance/conformance_run.cpp
)
target_link_libraries(backstep-conformance PRIVATE Backstep::Engine BackstepOptions CLI11::CLI11
    fmt::fmt nlohmann_json::nlohmann_json protobuf::libprotobuf)
