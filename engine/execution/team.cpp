#include "engine/execution/team.h"

namespace backstep {

namespace {

/// Tells the processor that the thread only looks at a value again and again.
void relax()
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/// Waits until `isDue`: looks again and again for some microseconds, then lets others run between
/// its looks for some 20 us, then lets the system wake it.
template<class T, class IsDue> void await(const std::atomic<T>& value, const IsDue& isDue)
{
    constexpr int looks = 64, quickLooks = 2000;
    for (int i = 0; i < quickLooks + looks; ++i) {
        if (isDue(value.load(std::memory_order_acquire)))
            return;
        if (i < quickLooks)
            relax();
        else
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
    m_parts = parts;
    if (parts == 1)
        return work(0);
    m_work = &work;
    m_running = static_cast<int>(m_threads.size());
    ++m_round;
    m_round.notify_all();
    work(0);
    await(m_running, [](int running) { return running == 0; });
}

void Team::meet()
{
    if (m_parts == 1)
        return;
    const uint32_t meeting = m_meeting.load();
    if (m_met.fetch_add(1) + 1 < m_parts)
        return await(m_meeting, [meeting](uint32_t now) { return now != meeting; });
    m_met = 0;
    ++m_meeting;
    m_meeting.notify_all();
}

}
