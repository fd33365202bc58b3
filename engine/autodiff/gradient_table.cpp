#include "engine/autodiff/gradient_table.h"

namespace backstep {

namespace {

/// Null for all.
TimestepSet stepsOf(const CustomGradient& gradient, int64_t stepCount)
{
    const TimestepSet all = TimestepSet::firstOf(stepCount);
    return gradient.steps ? gradient.steps->within(all) : all;
}

}

void GradientTable::attach(NodeId node, CustomGradient gradient, int64_t stepCount)
{
    std::vector<CustomGradient>& own = m_custom[node];
    if (!gradient.steps) {
        own.assign(1, std::move(gradient));
        m_rest.erase(node);
        return;
    }
    const TimestepSet taken = stepsOf(gradient, stepCount);
    const auto narrowed = [&](const TimestepSet& steps) {
        return std::make_shared<const TimestepSet>(steps.without(taken));
    };
    TimestepSet rest = own.empty() ? TimestepSet::firstOf(stepCount) : TimestepSet();
    if (const auto found = m_rest.find(node); found != m_rest.end())
        rest = *found->second;
    for (CustomGradient& each : own)
        each.steps = narrowed(stepsOf(each, stepCount));
    std::erase_if(own, [](const CustomGradient& each) { return each.steps->isEmpty(); });
    gradient.steps = std::make_shared<const TimestepSet>(taken);
    own.push_back(std::move(gradient));
    if (const auto left = narrowed(rest); left->isEmpty())
        m_rest.erase(node);
    else
        m_rest[node] = left;
}

const CustomGradient* GradientTable::customAt(NodeId node, int64_t timestep) const
{
    for (const CustomGradient& each : custom(node))
        if (!each.steps || each.steps->contains(timestep))
            return &each;
    return nullptr;
}

bool GradientTable::isCut(NodeId node) const
{
    const std::span<const CustomGradient> own = custom(node);
    return !own.empty() && std::all_of(own.begin(), own.end(),
                                       [](const CustomGradient& each) { return each.isCut(); });
}

TimestepSet GradientTable::cutAt(NodeId node, int64_t stepCount) const
{
    std::vector<TimestepRange> ranges;
    for (const CustomGradient& each : custom(node))
        if (each.isCut()) {
            const TimestepSet steps = stepsOf(each, stepCount);
            ranges.insert(ranges.end(), steps.ranges().begin(), steps.ranges().end());
        }
    return TimestepSet(std::move(ranges));
}

std::shared_ptr<const TimestepSet> GradientTable::rest(NodeId node) const
{
    const auto found = m_rest.find(node);
    return found == m_rest.end() ? nullptr : found->second;
}

}
