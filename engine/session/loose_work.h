#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace backstep {

/// Work that cannot be stopped midway, such as reading a file. It is done on a thread of its own
/// where a stop may be asked for: then it is left alone, and its result is dropped. It must share
/// nothing that changes.
class LooseWork
{
public:
    ~LooseWork()
    {
        for (std::thread& thread : m_left)
            thread.join();
    }

    /// Waits for the result; nothing when a stop came first. `whenSlow` is called once, here,
    /// after that time.
    template<class T> std::optional<T> wait(std::function<T()> work, const std::stop_token& stop,
                                            std::chrono::milliseconds slowAfter,
                                            const std::function<void()>& whenSlow)
    {
        constexpr std::chrono::milliseconds kGlance{5};
        if (!stop.stop_possible())
            return work();
        auto task = std::make_shared<std::packaged_task<T()>>(std::move(work));
        std::future<T> result = task->get_future();
        std::thread thread([task] { (*task)(); });
        const auto begin = std::chrono::steady_clock::now();
        bool isTold = false;
        do {
            if (stop.stop_requested()) {
                m_left.push_back(std::move(thread));
                return std::nullopt;
            }
            if (!isTold && std::chrono::steady_clock::now() - begin > slowAfter) {
                whenSlow();
                isTold = true;
            }
        } while (result.wait_for(kGlance) != std::future_status::ready);
        thread.join();
        return result.get();
    }

private:
    std::vector<std::thread> m_left;
};

}
