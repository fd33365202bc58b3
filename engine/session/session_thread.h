#pragma once

#include "engine/session/debug_session.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace backstep {

/// A DebugSession on a thread of its own, with one mailbox. Requests run in order; answers reach
/// the observer, on this thread.
class SessionThread
{
public:
    explicit SessionThread(SessionObserver& observer);
    ~SessionThread(); ///< cancels what runs and waits for it

    using Request = std::function<void(DebugSession&, std::stop_token)>;
    /// Never waits. Requests that read (values) may be answered while a run goes on.
    void post(Request request);
    /// A newer request for the same panel replaces one still waiting.
    void postLatest(const std::string& panel, Request request);
    /// Stops the request that runs now (a run, an import) within a few milliseconds.
    void cancel();

private:
    struct Letter {
        std::string panel;
        Request request;
    };
    void work(std::stop_token quit);

    SessionObserver& m_observer;
    std::mutex m_mutex;
    std::condition_variable_any m_arrived;
    std::deque<Letter> m_mailbox;
    std::stop_source m_current;
    std::jthread m_thread; ///< last: starts when all else is there
};

}
