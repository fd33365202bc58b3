#include "engine/execution/executor.h"

#include "engine/tensor/strided.h"

#include <cstring>

namespace backstep {

namespace {
/// How many ops run between two looks at the stop token: a few milliseconds at the most.
constexpr int kOpsBetweenChecks = 64;
}

Executor::Executor(Recording recording) : m_recording(std::move(recording))
{
    m_run.scratch = Arena(plan().scratchBytes());
    m_look.scratch = Arena(plan().scratchBytes());
    m_frames.push_back({&plan().region(kTopRegion), 0, 0, {}});
}

Executor::~Executor() = default;

void Executor::move(const PlannedMove& move, const TimestepPath& at, Lane& lane)
{
    const TensorView from = m_recording.viewOf(*move.from, at, lane.scratch.data());
    const TensorView to = m_recording.viewOf(move.to, at, lane.scratch.data());
    if (!move.adds)
        return copyElements(from, to);
    withNumericType(to.dtype, [&]<class T>() {
        if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
            const StridedLoop<2> loop(to.shape, {from.strides, to.strides});
            loop.forEachRow([&](const auto& offset, int64_t length, const auto& step) {
                const T* source = from.as<T>() + offset[0];
                T* sum = to.as<T>() + offset[1];
                for (int64_t i = 0; i < length; ++i)
                    sum[i * step[1]] += source[i * step[0]];
            });
        }
    });
}

void Executor::execute(const PlannedOp& op, const TimestepPath& at, Lane& lane)
{
    if (!op.kernel)
        return;
    std::byte* scratch = lane.scratch.data();
    lane.in.clear();
    lane.out.clear();
    for (const PlannedValue* value : op.in)
        lane.in.push_back(value ? m_recording.viewOf(*value, at, scratch) : TensorView{});
    for (const PlannedValue* value : op.out)
        lane.out.push_back(m_recording.viewOf(*value, at, scratch));
    op.kernel({*op.attributes, lane.in, lane.out});
}

void Executor::enterScan(const PlannedRegion& region)
{
    const TimestepPath outer = m_frames.back().at;
    const TimestepPath inside = outer.then(0);
    for (const PlannedMove& initial : region.atStart)
        move(initial, inside, m_run);
    for (const PlannedValue& sum : region.zeroed) {
        const TensorView view = m_recording.viewOf(sum, outer, m_run.scratch.data());
        std::memset(view.data, 0,
                    static_cast<size_t>(view.shape.count()) * elementSize(view.dtype));
    }
    m_frames.push_back({&region, 0, 0, outer});
    if (region.stepCount > 0)
        beginTimestep(m_frames.back(), m_run);
}

void Executor::beginTimestep(Frame& frame, Lane& lane)
{
    const int64_t step = frame.region->stepAt(frame.order);
    frame.at = frame.at.upTo(frame.region->depth - 1).then(step);
    if (frame.region->timestep)
        *reinterpret_cast<int64_t*>(
            m_recording.dataOf(*frame.region->timestep, frame.at, lane.scratch.data())) = step;
}

void Executor::endTimestep(const Frame& frame, Lane& lane)
{
    for (const PlannedMove& each : frame.region->atStep)
        move(each, frame.at, lane);
}

/// The op at hand is done: on to the next one, or to the next timestep behind the last.
void Executor::finishOp()
{
    ++m_reached;
    Frame& frame = m_frames.back();
    if (++frame.op < frame.region->ops.size() || frame.region->id == kTopRegion)
        return;
    endTimestep(frame, m_run);
    frame.op = 0;
    if (++frame.order < frame.region->stepCount)
        beginTimestep(frame, m_run);
}

/// One op, or one way in or out of a Scan. False when the run must stop; `result` says why.
bool Executor::advance(const BreakRule& stopsAt, Stop& result)
{
    Frame& frame = m_frames.back();
    const PlannedRegion& region = *frame.region;
    if (region.ops.empty() && frame.order < region.stepCount) { // a body that only moves values
        endTimestep(frame, m_run);
        if (++frame.order < region.stepCount)
            beginTimestep(frame, m_run);
        return true;
    }
    if (region.id != kTopRegion && frame.order == region.stepCount) {
        m_frames.pop_back(); // the Scan's own position comes next
        finishOp();
        return true;
    }
    const PlannedOp& op = region.ops[frame.op];
    if (!op.canRun || (op.isBreak && stopsAt && stopsAt(op.node))) {
        result = {op.canRun ? Stop::Break : Stop::Failed, {op.node, frame.at}};
        return false;
    }
    if (op.body) {
        enterScan(*op.body);
        return true;
    }
    execute(op, frame.at, m_run);
    finishOp();
    return true;
}

Stop Executor::run(Position until, std::stop_token stop, const BreakRule& stopsAt)
{
    until = std::min(until, plan().size());
    Stop result;
    int countdown = 0;
    while (m_reached < until) {
        if (countdown-- == 0) {
            countdown = kOpsBetweenChecks;
            if (stop.stop_requested())
                return {Stop::Cancelled, plan().addressAt(m_reached)};
        }
        if (!advance(stopsAt, result))
            return result;
    }
    return result;
}

}
