#include "views/models/side_thread.h"

namespace backstep {

SideThread::SideThread() : m_thread([this](std::stop_token stop) { run(stop); }) {}

SideThread::~SideThread() = default;

void SideThread::postLatest(const std::string& panel, Work work)
{
    const std::lock_guard lock(m_mutex);
    m_waiting[panel] = std::move(work);
    m_posted.notify_one();
}

void SideThread::run(std::stop_token stop)
{
    while (true) {
        Work work;
        {
            std::unique_lock lock(m_mutex);
            if (!m_posted.wait(lock, stop, [this] { return !m_waiting.empty(); }))
                return;
            work = std::move(m_waiting.begin()->second);
            m_waiting.erase(m_waiting.begin());
        }
        work(stop);
    }
}

}
