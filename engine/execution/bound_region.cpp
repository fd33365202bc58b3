#include "engine/execution/bound_region.h"

#include <algorithm>

namespace backstep {

namespace {

/// Time as the leading axis: `count` timesteps that lie `stride` bytes apart. The other axes stand
/// right-aligned below it, so that operands of fewer axes broadcast as they did; `rank` is that of
/// the result, without time.
void addTime(TensorView& view, int64_t stride, int64_t count, int rank)
{
    while (view.shape.rank() < rank) {
        view.shape.insert(0, 1);
        view.strides.insert(0, 0);
    }
    view.shape.insert(0, count);
    view.strides.insert(0, stride / static_cast<int64_t>(elementSize(view.dtype)));
}

std::vector<const PlannedCall*> all(const std::vector<PlannedCall>& calls)
{
    std::vector<const PlannedCall*> pointers;
    for (const PlannedCall& call : calls)
        pointers.push_back(&call);
    return pointers;
}

}

BoundPart::BoundPart(const PlannedRegion& region, const Recording& recording, std::byte* scratch,
                     int part)
    : m_region(region), m_recording(recording), m_scratch(scratch), m_part(part)
{
    m_views.reserve(operandCount()); // spans point into it
    std::vector<const PlannedCall*> ops;
    for (const PlannedOp& op : region.ops)
        ops.push_back(&op.call);
    m_ops = bind(ops);
    m_atStart = bind(all(region.atStart));
    m_atStep = bind(all(region.atStep));
    m_sums = bind(all(region.sums));
    bool areSomeLimited = false;
    for (size_t i = 0; i < m_ops.size(); ++i)
        if (const PlannedOp& op = region.ops[i]; m_ops[i].kernel && op.when == When::Step) {
            m_stepOps.push_back(&m_ops[i]);
            m_stepOpsAt.push_back(op.onlyAt);
            areSomeLimited = areSomeLimited || op.onlyAt;
        }
    if (!areSomeLimited)
        m_stepOpsAt.clear();
}

size_t BoundPart::operandCount() const
{
    size_t count = 0;
    for (const PlannedOp& op : m_region.ops)
        count += op.call.in.size() + op.call.out.size();
    for (const auto* calls : {&m_region.atStart, &m_region.atStep, &m_region.sums})
        for (const PlannedCall& call : *calls)
            count += call.in.size() + call.out.size();
    return count;
}

bool BoundPart::takesPart(const PlannedCall& call) const
{
    if (!call.kernel || call.sharing != Sharing::Axis)
        return call.kernel && (m_part == 0 || call.sharing == Sharing::Timesteps);
    const int64_t count = call.out.at(0)->layout.shape[call.sharedAxes.back()];
    return shareEnd(count) > shareStart(count);
}

/// Of `count` things, where this part's share begins; and where it ends is the next part's.
int64_t BoundPart::shareStart(int64_t count) const
{
    return count * m_part / m_region.parts;
}
int64_t BoundPart::shareEnd(int64_t count) const
{
    return count * (m_part + 1) / m_region.parts;
}

/// Results have time wherever they are not what is summed up over it.
bool BoundPart::getsTime(const PlannedCall& call, size_t operand) const
{
    if (!call.isBatched || operand < call.in.size())
        return call.isBatched && call.haveTime[operand];
    return call.sharing == Sharing::Timesteps;
}

/// This part's piece of an axis.
TensorView BoundPart::narrowed(TensorView view, int axis) const
{
    if (axis == kNoAxis)
        return view;
    const int64_t count = view.shape[axis], from = shareStart(count);
    view.shape[axis] = shareEnd(count) - from;
    if (view.data)
        view.data += from * view.strides[axis] * static_cast<int64_t>(elementSize(view.dtype));
    return view;
}

/// Works out the loop of an elementwise kernel once for all timesteps.
const void* BoundPart::loopFor(const PlannedCall& call, std::span<const TensorView> in,
                               const TensorView& out)
{
    if (!call.isElementwise || call.isBatched ||
        std::find(call.in.begin(), call.in.end(), nullptr) != call.in.end())
        return nullptr;
    const auto made = [this](auto loop) -> const void* {
        using Made = decltype(loop);
        return &std::get<Made>(m_loops.emplace_back(std::move(loop)));
    };
    if (in.size() == 1)
        return made(elementwiseLoop<2>(in, out));
    if (in.size() == 2)
        return made(elementwiseLoop<3>(in, out));
    return in.size() == 3 ? made(elementwiseLoop<4>(in, out)) : nullptr;
}

BoundCall BoundPart::bind(const PlannedCall& call)
{
    const bool runs = takesPart(call);
    const size_t first = m_views.size();
    for (const auto* values : {&call.in, &call.out})
        for (const PlannedValue* value : *values) {
            const size_t index = m_views.size() - first;
            const int axis = call.sharing == Sharing::Axis ? call.sharedAxes[index] : kNoAxis;
            m_views.push_back(value ? narrowed(value->layout, axis) : TensorView{});
            if (value && runs && value->storage != Storage::Nowhere)
                m_operands.push_back({&m_views.back(), value, &call, axis, getsTime(call, index)});
        }
    const std::span<const TensorView> views(m_views.data() + first, m_views.size() - first);
    const auto in = views.first(call.in.size()), out = views.subspan(call.in.size());
    return {runs ? call.kernel : nullptr,
            {*call.attributes, in, out, runs ? loopFor(call, in, out[0]) : nullptr,
             call.prepared.get()}};
}

std::vector<BoundCall> BoundPart::bind(const std::vector<const PlannedCall*>& calls)
{
    std::vector<BoundCall> bound;
    for (const PlannedCall* call : calls)
        bound.push_back(bind(*call));
    return bound;
}

void BoundPart::beginSegment(const TimestepPath& outer, const SegmentStarts& segmentStarts,
                             int64_t first, int64_t last)
{
    const auto level = static_cast<size_t>(std::max(m_region.depth - 1, 0));
    const int64_t count = last - first;
    m_hasTimesteps = shareEnd(count) > shareStart(count);
    m_moving.clear();
    const TimestepPath atZero = m_region.depth == 0 ? outer : outer.then(0);
    for (const auto& [view, value, call, sharedAxis, getsTime] : m_operands) {
        TensorView whole = value->layout;
        whole.data = m_recording.dataOf(*value, atZero, m_scratch, segmentStarts);
        *view = narrowed(whole, sharedAxis);
        std::byte* base = view->data;
        const int64_t stride = m_region.depth == 0 ? 0 : value->strides[level];
        view->data += first * stride;
        if (stride != 0 && !call->isBatched)
            m_moving.push_back({&view->data, base, stride});
        if (!getsTime)
            continue;
        addTime(*view, stride, count, call->out.at(0)->layout.shape.rank());
        if (call->sharing == Sharing::Timesteps)
            *view = narrowed(*view, 0);
    }
    if (m_region.timestep && m_part == 0) {
        m_timestepBase = m_recording.dataOf(*m_region.timestep, atZero, m_scratch, segmentStarts);
        m_timestepStride = m_region.timestep->strides[level];
    }
}

void BoundPart::setTimestep(int64_t step)
{
    for (const Moving& moving : m_moving)
        *moving.data = moving.base + step * moving.stride;
    if (m_timestepBase)
        *reinterpret_cast<int64_t*>(m_timestepBase + step * m_timestepStride) = step;
}

void BoundPart::runAll(const std::vector<BoundCall>& calls)
{
    for (const BoundCall& call : calls)
        if (call.kernel)
            call();
}

void BoundPart::runOp(size_t index) const
{
    if (m_ops[index].kernel)
        m_ops[index]();
}

void BoundPart::runStepOps(int64_t step) const
{
    if (m_stepOpsAt.empty()) {
        for (const BoundCall* call : m_stepOps)
            (*call)();
        return;
    }
    for (size_t i = 0; i < m_stepOps.size(); ++i)
        if (!m_stepOpsAt[i] || m_stepOpsAt[i]->contains(step))
            (*m_stepOps[i])();
}

void BoundPart::runTimesteps(int64_t step, int64_t count)
{
    const int64_t way = m_region.direction == Direction::Forward ? 1 : -1;
    for (int64_t i = 0; i < count; ++i) {
        setTimestep(step + way * i);
        runStepOps(step + way * i);
        runAtStep();
    }
}

void BoundPart::runBatched(When when) const
{
    if (!m_hasTimesteps)
        return;
    for (size_t i = 0; i < m_ops.size(); ++i)
        if (m_region.ops[i].when == when && m_ops[i].kernel)
            m_ops[i]();
}

BoundRegion::BoundRegion(const PlannedRegion& region, const Recording& recording,
                         std::byte* scratch, Team& team)
    : m_region(region), m_team(team)
{
    for (int part = 0; part < region.parts; ++part)
        m_parts.emplace_back(region, recording, scratch, part);
}

void BoundRegion::beginSegment(const TimestepPath& outer, const SegmentStarts& segmentStarts,
                               int64_t first, int64_t last)
{
    m_first = first;
    m_last = last;
    for (BoundPart& part : m_parts)
        part.beginSegment(outer, segmentStarts, first, last);
}

void BoundRegion::setTimestep(int64_t step)
{
    for (BoundPart& part : m_parts)
        part.setTimestep(step);
}

void BoundRegion::runOp(size_t index) const
{
    for (const BoundPart& part : m_parts)
        part.runOp(index);
}

void BoundRegion::runTimesteps(int64_t step, int64_t count)
{
    m_team.run(m_region.parts,
               [&](int part) { m_parts[static_cast<size_t>(part)].runTimesteps(step, count); });
}

void BoundRegion::runSegment(Sums sums)
{
    const int64_t start = m_region.direction == Direction::Forward ? m_first : m_last - 1;
    const auto part = [this](int index) -> BoundPart& {
        return m_parts[static_cast<size_t>(index)];
    };
    const Team::Phase phases[]{
        [&](int index) { part(index).runBatched(When::Before); },
        [&](int index) { part(index).runTimesteps(start, m_last - m_first); },
        [&](int index) { part(index).runBatched(When::After); },
        [&](int index) { part(index).runSums(); },
    };
    m_team.run(m_region.parts, std::span(phases).first(sums == Sums::Left ? 3 : 4));
}

void BoundRegion::runAtStep() const
{
    for (const BoundPart& part : m_parts)
        part.runAtStep();
}

void BoundRegion::runBatched(When when) const
{
    m_team.run(m_region.parts,
               [&](int part) { m_parts[static_cast<size_t>(part)].runBatched(when); });
}

void BoundRegion::runSums() const
{
    m_team.run(m_region.parts, [&](int part) { m_parts[static_cast<size_t>(part)].runSums(); });
}

}
