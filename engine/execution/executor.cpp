#include "engine/execution/executor.h"

#include "engine/ops/registry.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace backstep {

namespace {

/// How many ops run between two looks at the stop token: a few milliseconds of a usual recurrence.
constexpr int kOpsBetweenChecks = 192;

}

Executor::Executor(Recording recording)
    : m_recording(std::move(recording)), m_team(plan().threads()), m_run(m_recording, m_team),
      m_look(m_recording, m_team)
{
    restart();
}

Executor::~Executor() = default;

void Executor::restart()
{
    const PlannedRegion& top = plan().region(kTopRegion);
    m_run.clear();
    m_look.clear();
    m_run.beginSegment(top, {}, 0);
    m_frames.assign(1, {&top, &m_run.bound(top)});
    m_reached = 0;
    m_replayed.reset();
}

void Executor::enterScan(const PlannedRegion& region)
{
    const TimestepPath outer = m_frames.back().at;
    m_frames.push_back({&region, &m_run.bound(region)});
    Frame& frame = m_frames.back();
    frame.at = outer;
    m_run.beginSegment(region, outer, region.stepCount > 0 ? region.stepAt(0) : 0);
    frame.bound->runAtStart();
    for (const PlannedValue* sum : region.zeroed) {
        const TensorView view = m_run.viewOf(*sum, outer);
        std::memset(view.data, 0,
                    static_cast<size_t>(view.shape.count()) * elementSize(view.dtype));
    }
    if (region.stepCount > 0) {
        m_run.loadCarries(region);
        beginTimestep(frame);
    }
}

/// What stands before the first op of a segment.
void Executor::beginSegment(Frame& frame)
{
    if (!frame.isSegmentBegun)
        frame.bound->runBatched(When::Before);
    frame.isSegmentBegun = true;
}

void Executor::beginTimestep(Frame& frame)
{
    const int64_t step = frame.region->stepAt(frame.order);
    frame.at = frame.at.upTo(frame.region->depth - 1).then(step);
    frame.bound->setTimestep(step);
}

/// Ends a timestep whose ops are done, and with it perhaps a segment; begins the next one.
void Executor::endTimestep(Frame& frame)
{
    const PlannedRegion& region = *frame.region;
    if (region.endsSegment(frame.at.innermost())) {
        frame.bound->runBatched(When::After);
        frame.bound->runSums();
        return endSegment(frame);
    }
    frame.op = 0;
    ++frame.order;
    beginTimestep(frame);
}

/// The last timestep of a segment is done, with what is batched behind it.
void Executor::endSegment(Frame& frame)
{
    const PlannedRegion& region = *frame.region;
    m_run.storeCarries(region);
    frame.op = 0;
    if (++frame.order == region.stepCount)
        return;
    m_run.beginSegment(region, frame.at.upTo(region.depth - 1), region.stepAt(frame.order));
    m_run.loadCarries(region);
    frame.isSegmentBegun = false;
    beginTimestep(frame);
}

/// The op at hand is done: on to the next one, or to the next timestep behind the last.
void Executor::finishOp()
{
    ++m_reached;
    Frame& frame = m_frames.back();
    if (++frame.op == frame.region->ops.size() && frame.region->id != kTopRegion) {
        frame.bound->runAtStep();
        endTimestep(frame);
    }
}

/// Whole timesteps of a segment at once where nothing can stop inside; false where that is not so.
bool Executor::runTimesteps(Position until, const BreakRule& stopsAt)
{
    Frame& frame = m_frames.back();
    const PlannedRegion& region = *frame.region;
    if (!region.isPlain || (region.hasBreak && stopsAt) || frame.op != 0 ||
        frame.order == region.stepCount || region.id == kTopRegion ||
        until - m_reached < region.span)
        return false;
    const int64_t step = frame.at.innermost();
    const int64_t leftInSegment = region.direction == Direction::Forward
                                      ? region.segmentEnd(step) - step
                                      : step - region.segmentStart(step) + 1;
    const auto span = std::max<int64_t>(1, static_cast<int64_t>(region.span));
    const int64_t left = std::min(leftInSegment, static_cast<int64_t>(until - m_reached) / span);
    // Threads that share a region meet least often when they share whole segments.
    const bool isWhole = region.parts > 1 && !frame.isSegmentBegun && left == leftInSegment;
    const int64_t count = isWhole ? left : std::min(left, (kOpsBetweenChecks + span - 1) / span);
    if (isWhole) {
        frame.bound->runSegment(BoundRegion::Sums::Added);
    } else {
        beginSegment(frame);
        frame.bound->runTimesteps(step, count);
    }
    m_reached += static_cast<Position>(count) * region.span;
    frame.order += count - 1;
    frame.at = frame.at.upTo(region.depth - 1).then(region.stepAt(frame.order));
    isWhole ? endSegment(frame) : endTimestep(frame);
    return true;
}

/// One op, or one way in or out of a Scan. False when the run must stop; `result` says why.
bool Executor::advance(const BreakRule& stopsAt, Stop& result)
{
    Frame& frame = m_frames.back();
    const PlannedRegion& region = *frame.region;
    if (region.id != kTopRegion && frame.order == region.stepCount) {
        m_frames.pop_back(); // the Scan's own position comes next
        finishOp();
        return true;
    }
    if (region.id != kTopRegion)
        beginSegment(frame);
    const PlannedOp& op = region.ops[frame.op];
    if (!op.runsAt(frame.at.innermost())) {
        finishOp();
        return true;
    }
    if (!op.canRun || (op.isBreak && stopsAt && stopsAt(op.node))) {
        result = {op.canRun ? Stop::Break : Stop::Failed, {op.node, frame.at}};
        return false;
    }
    if (op.body) {
        enterScan(*op.body);
        return true;
    }
    if (op.call.isEvaluated) {
        if (Result<void> evaluated = evaluateOp(op); !evaluated) {
            m_failure = evaluated.takeError();
            result = {Stop::Failed, {op.node, frame.at}};
            return false;
        }
    } else if (op.when == When::Step) {
        frame.bound->runOp(frame.op);
    }
    finishOp();
    return true;
}

/// An op outside every body, on whole tensors.
Result<void> Executor::evaluateOp(const PlannedOp& op)
{
    const Node& node = plan().graph().node(op.node);
    std::vector<Tensor> inputs;
    for (const PlannedValue* in : op.call.in)
        inputs.push_back(in ? Tensor::copyOf(m_run.viewOf(*in, {})) : Tensor());
    Result<std::vector<Tensor>> results =
        evaluate(node.op, node.attributes, inputs, node.outputs.size());
    if (!results)
        return results.takeError();
    if (results->size() < op.call.out.size())
        return Error{"shape", fmt::format("it has {} results, and {} were foreseen",
                                          results->size(), op.call.out.size())};
    for (size_t i = 0; i < op.call.out.size(); ++i) {
        const PlannedValue& out = *op.call.out[i];
        Tensor& made = results->at(i);
        const TensorType wanted{out.layout.dtype, out.layout.shape};
        if (!(made.type() == wanted))
            return Error{"shape", fmt::format("the result is {}, and {} was foreseen",
                                              made.type().text(), wanted.text())};
        if (out.storage == Storage::Object)
            m_recording.setObject(out.root, std::move(made));
        else
            copyElements(made.view(), m_run.viewOf(out, {}));
    }
    return {};
}

Stop Executor::run(Position until, std::stop_token stop, const BreakRule& stopsAt)
{
    until = std::min(until, plan().size());
    Stop result;
    int64_t countdown = 0;
    while (m_reached < until) {
        if (countdown <= 0) {
            countdown = kOpsBetweenChecks;
            if (stop.stop_requested())
                return {Stop::Cancelled, plan().addressAt(m_reached)};
        }
        const Position before = m_reached;
        if (!runTimesteps(until, stopsAt) && !advance(stopsAt, result))
            return result;
        countdown -= std::max<int64_t>(1, static_cast<int64_t>(m_reached - before));
    }
    return result;
}

}
