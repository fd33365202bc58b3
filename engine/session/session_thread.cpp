#include "engine/session/session_thread.h"

#include <algorithm>

namespace backstep {

SessionThread::SessionThread(SessionObserver& observer)
    : m_observer(observer), m_thread([this](std::stop_token quit) { work(quit); })
{}

SessionThread::~SessionThread()
{
    m_thread.request_stop();
    cancel();
}

void SessionThread::post(Request request)
{
    postLatest({}, std::move(request));
}

void SessionThread::postLatest(const std::string& panel, Request request)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!panel.empty())
            std::erase_if(m_mailbox, [&](const Letter& letter) { return letter.panel == panel; });
        m_mailbox.push_back({panel, std::move(request)});
    }
    m_arrived.notify_one();
}

void SessionThread::cancel()
{
    const std::lock_guard lock(m_mutex);
    m_current.request_stop();
}

void SessionThread::work(std::stop_token quit)
{
    DebugSession session(&m_observer);
    while (true) {
        Letter letter;
        std::stop_token stop;
        {
            std::unique_lock lock(m_mutex);
            if (!m_arrived.wait(lock, quit, [this] { return !m_mailbox.empty(); }) ||
                quit.stop_requested())
                return; // under the lock: a cancel() before it is seen here, a later one reaches
                        // m_current
            letter = std::move(m_mailbox.front());
            m_mailbox.pop_front();
            m_current = std::stop_source();
            stop = m_current.get_token();
        }
        letter.request(session, stop);
    }
}

}
