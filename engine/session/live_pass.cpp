#include "engine/session/live_pass.h"

#include "engine/session/stepping.h"

#include <fmt/format.h>

#include <chrono>
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

Stop LivePass::run(Position until, bool obeysBreaks, std::stop_token stop, const Progress& progress)
{
    using Clock = std::chrono::steady_clock;
    if (!start())
        return {Stop::Failed, plan().addressAt(0)};
    const auto rule = [&](NodeId node) { return obeysBreaks && m_brokenAt.insert(node).second; };
    const Position from = reached();
    const Position slice = std::max<Position>(2000, (until - std::min(from, until)) / 100);
    const Clock::time_point begin = Clock::now();
    bool isSlow = false;
    Stop stopped;
    while (reached() < until) {
        stopped = m_executor->run(std::min(until, reached() + slice), stop, rule);
        if (stopped.reason != Stop::Reached)
            break;
        isSlow = isSlow || Clock::now() - begin > std::chrono::milliseconds(200);
        if (isSlow && progress && reached() < until)
            progress(static_cast<double>(reached() - from) / static_cast<double>(until - from));
    }
    if (isSlow && progress)
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
        state.message = m_failure      ? m_failure->text()
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

namespace {

void fillStatistics(ValueSnapshot& value)
{
    const Tensor& tensor = value.tensor;
    if (tensor.dtype() == DType::String)
        return;
    double sum = 0, squares = 0;
    int64_t finite = 0;
    for (int64_t i = 0; i < tensor.count(); ++i) {
        const double element = tensor.number(i);
        if (std::isnan(element)) {
            ++value.nanCount;
            continue;
        }
        if (std::isinf(element)) {
            ++value.infCount;
            continue;
        }
        value.zeroCount += element == 0 ? 1 : 0;
        value.minimum = finite == 0 ? element : std::min(value.minimum, element);
        value.maximum = finite == 0 ? element : std::max(value.maximum, element);
        sum += element;
        squares += element * element;
        ++finite;
    }
    value.mean = finite == 0 ? 0 : sum / static_cast<double>(finite);
    value.norm = std::sqrt(squares);
}

}

ValueSnapshot LivePass::value(const ValueAddress& address, Position cursor)
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
    if (!snapshot.tensor.isNull())
        fillStatistics(snapshot);
    return snapshot;
}

}
