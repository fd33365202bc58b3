#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace backstep {

/// Work on snapshots that takes a while and must not hold up the session: trials of a gradient that
/// is typed. One piece at a time; a newer one of the same panel replaces one that still waits.
class SideThread
{
public:
    using Work = std::function<void(std::stop_token)>;
    SideThread();
    /// Stops what runs and forgets what waits.
    ~SideThread();
    void postLatest(const std::string& panel, Work work);

private:
    void run(std::stop_token stop);

    std::mutex m_mutex;
    std::condition_variable_any m_posted;
    std::map<std::string, Work> m_waiting;
    std::jthread m_thread; ///< last: it uses what stands above
};

}
