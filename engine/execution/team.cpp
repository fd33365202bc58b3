#include "engine/execution/team.h"

namespace backstep {

namespace {

/// Waits until `isDue`; looks again and again for some 20 us before it lets the system wake it.
template<class T, class IsDue> void await(const std::atomic<T>& value, const IsDue& isDue)
{
    constexpr int looks = 64;
    for (int i = 0; i < looks; ++i) {
        if (isDue(value.load(std::memory_order_acquire)))
            return;
        std::this_thread::yield();
    }
    for (T seen = value.load(); !isDue(seen); seen = value.load())
        value.wait(seen);
}

}

Team::Team(int size)
{
    for (int part = 1; part < size; ++part)
        m_threads.emplace_back([this, part](std::stop_token stop) { serve(stop, part); });
}

Team::~Team()
{
    for (std::jthread& thread : m_threads)
        thread.request_stop();
    m_parts = 0;
    ++m_round;
    m_round.notify_all();
}

void Team::serve(std::stop_token stop, int part)
{
    for (uint32_t seen = 0;; ++seen) {
        await(m_round, [seen](uint32_t round) { return round != seen; });
        if (stop.stop_requested())
            return;
        if (part < m_parts)
            (*m_work)(part);
        if (m_running.fetch_sub(1) == 1)
            m_running.notify_all();
    }
}

void Team::run(int parts, const std::function<void(int)>& work)
{
    if (parts == 1)
        return work(0);
    m_work = &work;
    m_parts = parts;
    m_running = static_cast<int>(m_threads.size());
    ++m_round;
    m_round.notify_all();
    work(0);
    await(m_running, [](int running) { return running == 0; });
}

}
