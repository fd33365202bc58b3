#include "app/cli/file_tasks.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace backstep {

namespace {

using Clock = std::chrono::steady_clock;

/// Shared with the threads, some of which may outlive the call.
struct Board {
    struct Entry {
        bool isStarted = false, isOver = false, isLate = false;
        Clock::time_point deadline = Clock::time_point::max();
        std::stop_source stop;
    };
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Entry> entries;
    std::function<void(size_t, std::stop_token)> work;
};

/// Starts what may run now.
void startSome(const std::shared_ptr<Board>& board, const FileLimits& limits)
{
    const auto isRunning = [](const Board::Entry& entry) {
        return entry.isStarted && !entry.isOver && !entry.isLate;
    };
    auto running = std::count_if(board->entries.begin(), board->entries.end(), isRunning);
    for (size_t i = 0; i < board->entries.size() && running < limits.jobs; ++i) {
        Board::Entry& entry = board->entries[i];
        if (entry.isStarted)
            continue;
        entry.isStarted = true;
        if (limits.timeout > 0)
            entry.deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                std::chrono::duration<double>(limits.timeout));
        std::thread([board, i] {
            board->work(i, board->entries[i].stop.get_token());
            const std::lock_guard lock(board->mutex);
            board->entries[i].isOver = true;
            board->changed.notify_all();
        }).detach();
        ++running;
    }
}

void markLate(Board& board)
{
    for (Board::Entry& entry : board.entries)
        if (entry.isStarted && !entry.isOver && !entry.isLate && Clock::now() >= entry.deadline) {
            entry.isLate = true;
            entry.stop.request_stop();
        }
}

/// When the next of what runs has had its time.
Clock::time_point nextDeadline(const Board& board)
{
    Clock::time_point next = Clock::time_point::max();
    for (const Board::Entry& entry : board.entries)
        if (entry.isStarted && !entry.isOver && !entry.isLate)
            next = std::min(next, entry.deadline);
    return next;
}

}

bool forEachFile(size_t count, const FileLimits& limits,
                 std::function<void(size_t, std::stop_token)> work,
                 const std::function<void(size_t, bool isLate)>& done)
{
    const auto board = std::make_shared<Board>();
    board->entries.resize(count);
    board->work = std::move(work);
    std::unique_lock lock(board->mutex);
    for (size_t next = 0; next < count;) {
        markLate(*board);
        startSome(board, limits);
        const Board::Entry& entry = board->entries[next];
        if (entry.isOver || entry.isLate) {
            const bool isLate = entry.isLate;
            lock.unlock();
            done(next++, isLate);
            lock.lock();
        } else if (limits.timeout > 0) {
            board->changed.wait_until(lock, nextDeadline(*board));
        } else {
            board->changed.wait(lock);
        }
    }
    return std::any_of(board->entries.begin(), board->entries.end(),
                       [](const Board::Entry& entry) { return !entry.isOver; });
}

}
