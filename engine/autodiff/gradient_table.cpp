#include "engine/autodiff/gradient_table.h"

namespace backstep {

void GradientTable::attach(NodeId node, CustomGradient gradient, int64_t stepCount)
{
    const TimestepSet all = TimestepSet::firstOf(stepCount);
    const auto entry = m_own.try_emplace(node);
    Own& own = entry.first->second;
    if (entry.second)
        own.rest = std::make_shared<const TimestepSet>(all);
    if (!gradient.steps) {
        own.custom.assign(1, std::move(gradient));
        own.rest = nullptr;
        return;
    }
    const auto left = [&](const std::shared_ptr<const TimestepSet>& steps) {
        return std::make_shared<const TimestepSet>((steps ? *steps : all).without(*gradient.steps));
    };
    for (CustomGradient& each : own.custom)
        each.steps = left(each.steps);
    std::erase_if(own.custom, [](const CustomGradient& each) { return each.steps->isEmpty(); });
    own.rest = own.rest ? left(own.rest) : nullptr;
    if (own.rest && own.rest->isEmpty())
        own.rest = nullptr;
    own.custom.push_back(std::move(gradient));
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
            const TimestepSet steps = each.steps ? *each.steps : TimestepSet::firstOf(stepCount);
            ranges.insert(ranges.end(), steps.ranges().begin(), steps.ranges().end());
        }
    return TimestepSet(std::move(ranges));
}

}
