#include "engine/session/live_pass.h"

#include "engine/session/helper_body.h"
#include "engine/session/stepping.h"

#include <fmt/format.h>

#include <cmath>

namespace backstep {

LivePass::LivePass(const Program& program) : m_plan(program.plan), m_feeds(program.feeds) {}

bool LivePass::start()
{
    if (m_executor)
        return true;
    if (m_failure)
        return false;
    Result<Recording> recording = Recording::make(m_plan, m_feeds);
    if (!recording) {
        m_failure = recording.takeError();
        return false;
    }
    m_executor.emplace(std::move(*recording));
    return true;
}

Stop LivePass::run(Position until, bool obeysBreaks, std::stop_token stop, const Progress& progress,
                   std::chrono::milliseconds slowAfter)
{
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds kShortSlice{5}, kLongSlice{20}, kTellEvery{50};
    if (reached() >= until)
        return {Stop::Reached, {}};
    if (!start())
        return {Stop::Failed, plan().addressAt(0)};
    const auto rule = [&](NodeId node) { return obeysBreaks && m_brokenAt.insert(node).second; };
    const Position from = reached();
    const Clock::time_point begin = Clock::now();
    Clock::time_point tellAt = begin + slowAfter;
    Position slice = 64;
    bool isSlow = false;
    Stop stopped;
    while (reached() < until) {
        const Clock::time_point before = Clock::now();
        stopped = m_executor->run(std::min(until, reached() + slice), stop, rule);
        if (stopped.reason != Stop::Reached)
            break;
        const Clock::time_point now = Clock::now();
        if (now - before < kShortSlice)
            slice *= 2;
        else if (now - before > kLongSlice)
            slice = std::max<Position>(1, slice / 2);
        if (now < tellAt || !progress || reached() >= until)
            continue;
        isSlow = true;
        tellAt = now + kTellEvery;
        progress(static_cast<double>(reached() - from) / static_cast<double>(until - from));
    }
    if (isSlow)
        progress(1);
    return stopped;
}

PassState LivePass::stateAt(Position cursor, StopReason reason)
{
    PassState state;
    state.cursor = cursor;
    state.reached = reached();
    state.reason = reason;
    const ValueId loss = plan().graph().loss;
    if (loss != kNoValue)
        if (const ValueSnapshot value = this->value({loss, {}}, cursor); !value.tensor.isNull())
            state.loss = value.tensor.number(0);
    if (reason == StopReason::Failed) {
        const Node& node = plan().graph().node(plan().addressAt(cursor).node);
        const bool isFailed = m_executor && m_executor->failure();
        state.message = m_failure      ? m_failure->text()
                        : isFailed     ? m_executor->failure()->text()
                        : node.problem ? node.problem->message
                                       : fmt::format("'{}' cannot be computed.", node.origin.name);
    } else if (cursor >= plan().size()) {
        state.reason = StopReason::End;
        state.message = "The pass is complete";
    } else if (cursor == 0) {
        state.reason = StopReason::Start;
        state.message = "Ready: F5 runs the pass";
    } else {
        state.message = (reason == StopReason::Cancelled ? "Cancelled in " : "Paused in ") +
                        placeText(plan(), cursor);
    }
    return state;
}

BodySnapshot LivePass::body(const OpAddress& address, Position cursor)
{
    return openBody(plan().graph(), address.node, [&](ValueId value) {
        const int depth = plan().graph().depth(plan().graph().value(value).region);
        return this->value({value, address.at.upTo(depth)}, cursor).tensor;
    });
}

Tensor LivePass::tensor(const ValueAddress& address, Position cursor)
{
    return found(address, cursor).tensor;
}

ValueSnapshot LivePass::value(const ValueAddress& address, Position cursor)
{
    ValueSnapshot snapshot = found(address, cursor);
    if (!snapshot.tensor.isNull())
        fillStatistics(snapshot);
    return snapshot;
}

ValueSnapshot LivePass::found(const ValueAddress& address, Position cursor)
{
    ValueSnapshot snapshot;
    snapshot.address = address;
    const Graph& graph = plan().graph();
    if (!graph.has(address.value)) {
        snapshot.absence = "no such value";
        return snapshot;
    }
    const ValueInfo& info = graph.value(address.value);
    const auto fed = m_feeds.find(address.value);
    if (!info.content.isNull()) {
        snapshot.tensor = info.content;
    } else if (fed != m_feeds.end()) {
        snapshot.tensor = fed->second;
    } else if (!m_executor) {
        snapshot.absence = m_failure ? m_failure->message : "not executed yet";
    } else {
        Result<Tensor> tensor = m_executor->value(address, cursor);
        if (tensor)
            snapshot.tensor = std::move(*tensor);
        else
            snapshot.absence = tensor.error().message;
    }
    return snapshot;
}

}
