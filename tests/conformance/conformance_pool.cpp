#include "tests/conformance/conformance_pool.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace backstep::conformance {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kTimeLimit{10};
constexpr rlim_t kMemoryLimit = rlim_t{1} << 30;

struct Child {
    size_t index;
    pid_t pid;
    int pipe;
    Clock::time_point deadline;
    std::string text = {};
    bool isLate = false;
};

/// One line a field; newlines inside would break it.
std::string packed(const Outcome& outcome)
{
    std::string detail = outcome.detail;
    std::replace(detail.begin(), detail.end(), '\n', ' ');
    std::replace(detail.begin(), detail.end(), '\t', ' ');
    return fmt::format("{}\n{}\n{}\n{}\n{}\n", outcome.status, static_cast<int>(outcome.route),
                       outcome.ulp, detail, join(outcome.ops, " "));
}

Outcome unpacked(const std::string& text)
{
    const std::vector<std::string> lines = split(text, '\n');
    if (lines.size() < 5)
        return {.status = "crash", .detail = "it ended without an answer"};
    Outcome outcome;
    outcome.status = lines[0];
    outcome.route = static_cast<Route>(std::stoi(lines[1]));
    outcome.ulp = std::stod(lines[2]);
    outcome.detail = lines[3];
    outcome.ops = split(lines[4], ' ');
    return outcome;
}

[[noreturn]] void serve(int pipe, const std::function<Outcome()>& run)
{
    const rlimit memory{kMemoryLimit, kMemoryLimit}, core{0, 0};
    setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_CORE, &core);
    const std::string text = packed(run());
    size_t written = 0;
    while (written < text.size()) {
        const ssize_t n = write(pipe, text.data() + written, text.size() - written);
        if (n <= 0)
            _exit(1);
        written += static_cast<size_t>(n);
    }
    _exit(0);
}

Child start(size_t index, const std::function<Outcome(size_t)>& run)
{
    int ends[2];
    if (pipe(ends) != 0)
        return {index, -1, -1, Clock::now(), {}};
    const pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        serve(ends[1], [&] { return run(index); });
    }
    close(ends[1]);
    return {index, pid, ends[0], Clock::now() + kTimeLimit, {}};
}

/// Reads what is there; false once the child has closed its end.
bool readOn(Child& child)
{
    char buffer[4096];
    const ssize_t n = read(child.pipe, buffer, sizeof buffer);
    if (n > 0)
        child.text.append(buffer, static_cast<size_t>(n));
    return n > 0;
}

Outcome ended(Child& child)
{
    int status = 0;
    waitpid(child.pid, &status, 0);
    close(child.pipe);
    if (child.isLate)
        return {.status = "timeout", .detail = "it ran longer than 10 s"};
    if (WIFSIGNALED(status))
        return {.status = "crash", .detail = strsignal(WTERMSIG(status))};
    return unpacked(child.text);
}

void stopLate(std::vector<Child>& children)
{
    for (Child& child : children)
        if (!child.isLate && Clock::now() > child.deadline) {
            child.isLate = true;
            kill(child.pid, SIGKILL);
        }
}

}

void runForked(size_t count, int jobs, const std::function<Outcome(size_t)>& run,
               const std::function<void(size_t, Outcome)>& done)
{
    std::vector<Child> children;
    size_t next = 0;
    while (next < count || !children.empty()) {
        while (next < count && children.size() < static_cast<size_t>(std::max(jobs, 1))) {
            Child child = start(next, run);
            if (child.pid < 0)
                done(next, {.status = "crash", .detail = "no process could be started"});
            else
                children.push_back(std::move(child));
            ++next;
        }
        std::vector<pollfd> waits;
        for (const Child& child : children)
            waits.push_back({child.pipe, POLLIN, 0});
        poll(waits.data(), waits.size(), 200);
        stopLate(children);
        for (size_t i = waits.size(); i-- > 0;) {
            if (waits[i].revents == 0 || readOn(children[i]))
                continue;
            done(children[i].index, ended(children[i]));
            children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
}

}
