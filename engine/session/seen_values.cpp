#include "engine/session/seen_values.h"

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

std::vector<int64_t> spreadSteps(const TimestepSet& all, int64_t count)
{
    std::vector<int64_t> steps;
    const int64_t shown = std::min(all.count(), count);
    for (int64_t i = 0; i < shown; ++i)
        steps.push_back(all.at(shown == 1 ? 0 : i * (all.count() - 1) / (shown - 1)));
    return steps;
}

std::vector<TimestepPath> pathsOf(const Graph& graph, RegionId region, int64_t count,
                                  const TimestepSet* onlyAt)
{
    if (region == kTopRegion)
        return {TimestepPath{}};
    const RegionId parent = graph.region(region).parent;
    const bool isNested = parent != kTopRegion;
    const TimestepSet all = TimestepSet::firstOf(graph.stepCount(region));
    const TimestepSet steps = onlyAt ? onlyAt->within(all) : all;
    std::vector<TimestepPath> paths;
    for (const TimestepPath& outer : pathsOf(graph, parent, std::min<int64_t>(count, 4), nullptr))
        for (const int64_t t : spreadSteps(steps, isNested ? 4 : count))
            paths.push_back(outer.then(t));
    return paths;
}

}

std::vector<OpAddress> placesOf(const Graph& graph, NodeId node, int64_t count,
                                const TimestepSet* onlyAt)
{
    std::vector<OpAddress> places;
    for (const TimestepPath& path : pathsOf(graph, graph.node(node).region, count, onlyAt))
        places.push_back({node, path});
    return places;
}

SeenValues::SeenValues(DebugSession& session, const Graph& graph, const Node& node,
                       const TimestepSet* onlyAt, const ProgramValues* inProgram)
    : m_session(session), m_graph(graph), m_inProgram(inProgram),
      m_places(placesOf(graph, node.id, 16, onlyAt))
{
    std::erase_if(m_places, [&](const OpAddress& place) {
        return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
            return input != kNoValue && seen(input, place).isNull();
        });
    });
    m_areDrawn = m_places.empty();
    if (m_areDrawn)
        m_places = {{node.id, {}}};
}

Tensor SeenValues::at(ValueId value, const OpAddress& place)
{
    return m_areDrawn ? drawn(value) : seen(value, place);
}

Tensor SeenValues::seen(ValueId value, const OpAddress& place)
{
    const int depth = m_graph.depth(m_graph.value(value).region);
    if (m_inProgram) {
        const auto there = m_inProgram->find(value);
        if (there == m_inProgram->end())
            return m_graph.value(value).content; // a constant; else null
        value = there->second;
    }
    return m_session.seenValue({value, place.at.upTo(depth)});
}

Tensor SeenValues::drawn(ValueId value)
{
    const ValueInfo& info = m_graph.value(value);
    if (!info.content.isNull())
        return info.content;
    if (!isFloating(info.type.dtype))
        return {};
    Tensor& known = m_drawn[value];
    if (known.isNull()) {
        std::vector<double> numbers;
        for (int64_t i = 0; i < info.type.shape.count(); ++i)
            numbers.push_back(m_normal(m_random));
        known = Tensor::of<double>(info.type.shape, numbers);
    }
    return known;
}

SeenInput seenInput(SeenValues& values, const Graph& graph, const Node& node)
{
    constexpr size_t kMostValues = 65536;
    SeenInput seen;
    seen.areDrawn = values.areDrawn();
    const auto input = std::find_if(node.inputs.begin(), node.inputs.end(), [&](ValueId value) {
        return value != kNoValue && isFloating(graph.value(value).type.dtype);
    });
    if (input == node.inputs.end())
        return seen;
    bool isFirst = true;
    for (const OpAddress& place : values.places()) {
        const Tensor tensor = values.at(*input, place);
        seen.count += tensor.isNull() ? 0 : tensor.count();
        const size_t room = kMostValues / values.places().size();
        const int64_t stride =
            tensor.isNull() ? 1 : std::max<int64_t>(1, tensor.count() / static_cast<int64_t>(room));
        for (int64_t i = 0; !tensor.isNull() && i < tensor.count(); i += stride) {
            const double value = tensor.number(i);
            if (!std::isfinite(value))
                continue;
            seen.minimum = isFirst ? value : std::min(seen.minimum, value);
            seen.maximum = isFirst ? value : std::max(seen.maximum, value);
            isFirst = false;
            seen.values.push_back(value);
        }
    }
    return seen;
}

}
