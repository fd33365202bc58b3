#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace backstep {

/// Threads that share one piece of work after the other: the caller's and `size - 1` others, which
/// wait in between, awake for some microseconds first, since the next piece is usually near.
class Team
{
public:
    explicit Team(int size);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    /// Calls `work` with 0 to `parts - 1`, each on a thread of its own, 0 on the caller's; `parts`
    /// is at most the size. Returns when all are done.
    void run(int parts, const std::function<void(int)>& work);
    /// Called by every part of a piece of work: returns when all have come here.
    void meet();

private:
    void serve(std::stop_token stop, int part);

    std::atomic<uint32_t> m_round = 0; ///< counts the pieces of work
    std::atomic<int> m_running = 0;
    std::atomic<uint32_t> m_meeting = 0; ///< counts the meetings
    std::atomic<int> m_met = 0;          ///< parts that have come to the present one
    const std::function<void(int)>* m_work = nullptr;
    int m_parts = 0;
    std::vector<std::jthread> m_threads; ///< last: they end before what they use
};

}
