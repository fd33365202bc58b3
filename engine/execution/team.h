#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

namespace backstep {

/// Threads that share one piece of work after the other: the caller's and `size - 1` others, which
/// wait in between, awake for some microseconds first, since the next piece is usually near.
class Team
{
public:
    using Phase = std::function<void(int)>;

    explicit Team(int size);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    /// Goes through `phases` one after the other; calls each with 0 to `parts - 1` side by side,
    /// `parts` being at most the size. A part belongs to one thread, which has what it wrote before
    /// in its cache; but nobody waits for a thread that does not come: whoever is ready first takes
    /// its part. Returns when all are done.
    void run(int parts, std::span<const Phase> phases);
    void run(int parts, const Phase& phase) { run(parts, std::span(&phase, 1)); }

private:
    /// What is to be done now, in one word without gaps (it is waited for by its bytes): nobody may
    /// claim a part of one phase and carry out another.
    struct Now {
        uint32_t round = 0; ///< counts the phases
        uint16_t parts = 0;
        uint16_t isLast = 1; ///< of its run: the next one is not near
        bool operator==(const Now&) const = default;
    };

    void serve(std::stop_token stop, int own);
    void doParts(const Now& now, int own);
    bool claim(const Now& now, int part);

    std::atomic<Now> m_now = Now();
    std::unique_ptr<std::atomic<uint32_t>[]> m_claimed; ///< by part: the round it was last done in
    std::atomic<int> m_left = 0;                        ///< parts of the phase that are not done
    const Phase* m_phase = nullptr;
    std::vector<std::jthread> m_threads; ///< last: they end before what they use
};

}
