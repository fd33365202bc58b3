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

/// How long a thread looks again and again, in some 60 ns each, before the system wakes it: that
/// takes long where a processor is shared, so between two phases it looks for milliseconds.
enum class Wait : int { Near = 40'000, Idle = 2'000 };

/// Waits until `isDue`: looks again and again, letting others run between its looks by and by, then
/// lets the system wake it.
template<class T, class IsDue>
void await(const std::atomic<T>& value, Wait wait, const IsDue& isDue)
{
    constexpr int quickLooks = 2'000;
    for (int i = 0; i < static_cast<int>(wait); ++i) {
        if (isDue(value.load(std::memory_order_acquire)))
            return;
        relax();
        if (i > quickLooks && i % 64 == 0)
            std::this_thread::yield();
    }
    for (T seen = value.load(); !isDue(seen); seen = value.load())
        value.wait(seen);
}

}

Team::Team(int size) : m_claimed(std::make_unique<std::atomic<uint32_t>[]>(size))
{
    for (int own = 1; own < size; ++own)
        m_threads.emplace_back([this, own](std::stop_token stop) { serve(stop, own); });
}

Team::~Team()
{
    for (std::jthread& thread : m_threads)
        thread.request_stop();
    m_now = {m_now.load().round + 1, 0, 1};
    m_now.notify_all();
}

void Team::serve(std::stop_token stop, int own)
{
    for (Now seen;;) {
        const Wait wait = seen.isLast || own >= seen.parts ? Wait::Idle : Wait::Near;
        await(m_now, wait, [&](const Now& now) { return now != seen; });
        if (stop.stop_requested())
            return;
        seen = m_now.load();
        if (own < seen.parts)
            doParts(seen, own);
    }
}

/// Once in a round. A thread that comes late finds all parts of its round claimed: only then can
/// the next one have begun.
bool Team::claim(const Now& now, int part)
{
    uint32_t last = m_claimed[part].load(std::memory_order_relaxed);
    while (static_cast<int32_t>(last - now.round) < 0)
        if (m_claimed[part].compare_exchange_weak(last, now.round, std::memory_order_acq_rel))
            return true;
    return false;
}

void Team::doParts(const Now& now, int own)
{
    for (int i = 0; i < now.parts; ++i) {
        const int part = (own + i) % now.parts;
        if (!claim(now, part))
            continue;
        (*m_phase)(part);
        if (m_left.fetch_sub(1) == 1)
            m_left.notify_all();
    }
}

void Team::run(int parts, std::span<const Phase> phases)
{
    if (parts == 1) {
        for (const Phase& phase : phases)
            phase(0);
        return;
    }
    for (const Phase& phase : phases) {
        m_phase = &phase;
        m_left = parts;
        const Now now{m_now.load().round + 1, static_cast<uint16_t>(parts),
                      &phase == &phases.back()};
        m_now = now;
        m_now.notify_all();
        doParts(now, 0);
        await(m_left, Wait::Near, [](int left) { return left == 0; });
    }
}

}
