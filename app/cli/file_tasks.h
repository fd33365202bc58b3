#pragma once

#include <functional>
#include <stop_token>

namespace backstep {

/// How files are worked on: so many at a time, each for so many seconds (0: any).
struct FileLimits {
    int jobs = 1;
    double timeout = 0;
};

/// Does `work` for the numbers 0 to count - 1, each on a thread of its own, and tells `done` of
/// each on this thread, in their order: as soon as it is over, or late. Late work is asked to stop
/// and left alone; what it uses must outlive it. True where some of it still goes on at the end:
/// then the program must not wait for its threads.
bool forEachFile(size_t count, const FileLimits& limits,
                 std::function<void(size_t, std::stop_token)> work,
                 const std::function<void(size_t, bool isLate)>& done);

}
