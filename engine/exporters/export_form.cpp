#include "engine/exporters/export_form.h"

#include "engine/ops/at_timesteps.h"
#include "engine/ops/stop_gradient.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace backstep {

namespace {

/// Opens every helper op but AtTimesteps, which becomes an If; what it opens to may hold helpers
/// again.
Result<void> openHelpers(Graph& graph, Cuts cuts)
{
    for (bool isAnyOpened = true; isAnyOpened;) {
        isAnyOpened = false;
        for (const NodeId id : graph.nodeIds()) {
            const Node node = graph.node(id);
            const bool isKept = node.op.type == kAtTimesteps ||
                                (node.op.type == kStopGradient && cuts == Cuts::Keep);
            if (node.op.domain != kHelperDomain || isKept)
                continue;
            isAnyOpened = true;
            if (node.breakKind() == BreakKind::GradientBreak) {
                graph.removeNode(id);
                continue;
            }
            const OpDef* def = operators().find(node.op);
            GraphBuilder builder(graph, node.region, node.origin);
            builder.runOnlyAt(node.onlyAt);
            std::vector<Value> inputs, results;
            for (const ValueId input : node.inputs)
                inputs.push_back(input == kNoValue ? Value() : builder.use(input));
            if (def && def->body)
                results = def->body(builder, node, inputs);
            if (builder.error())
                return Error(*builder.error());
            if (results.size() != node.outputs.size())
                return Error{"not-exportable", fmt::format("'{}' ({}) has no form in ONNX.",
                                                           node.origin.name, node.op.type)};
            for (size_t i = 0; i < results.size(); ++i)
                graph.replaceUses(node.outputs[i], results[i].id());
            graph.removeNode(id);
        }
    }
    return graph.sortTopologically();
}

/// Lists of axes or sizes that older files give as attributes stand where newer opsets want them:
/// among the inputs, under the same names.
void giveListsAsInputs(Graph& graph)
{
    for (const NodeId id : graph.nodeIds()) {
        const OpDef* def = operators().find(graph.node(id).op);
        for (size_t i = 0; def && i < def->inputs.size(); ++i) {
            const auto& attributes = graph.node(id).attributes.all();
            const auto found = attributes.find(def->inputs[i].name);
            if (found == attributes.end() ||
                !std::holds_alternative<std::vector<int64_t>>(found->second))
                continue;
            ValueInfo list;
            list.kind = ValueKind::Constant;
            list.content = Tensor::ints(std::get<std::vector<int64_t>>(found->second));
            list.type = list.content.type();
            const ValueId value = graph.addValue(std::move(list));
            Node& node = graph.editNode(id);
            node.attributes.erase(def->inputs[i].name);
            node.inputs.resize(std::max(node.inputs.size(), i + 1), kNoValue);
            if (node.inputs[i] == kNoValue)
                node.inputs[i] = value;
        }
    }
}

/// Takes residual edges out of a graph.
class Residuals
{
public:
    explicit Residuals(Graph& graph) : m_graph(graph) {}
    void run()
    {
        // A stacked value may lie in a body itself, and be a residual there.
        while (replaceOnce())
            ;
    }

private:
    bool replaceOnce()
    {
        bool isChanged = false;
        const auto replaced = [&](RegionId reader, ValueId value) {
            if (value == kNoValue || m_graph.edgeKind(reader, value) != EdgeKind::Residual)
                return value;
            isChanged = true;
            return asSequence(reader, value);
        };
        for (const NodeId id : m_graph.nodeIds())
            for (size_t i = 0; i < m_graph.node(id).inputs.size(); ++i) {
                const ValueId now = replaced(m_graph.node(id).region, m_graph.node(id).inputs[i]);
                if (now != m_graph.node(id).inputs[i])
                    m_graph.editNode(id).inputs[i] = now;
            }
        for (const RegionId id : m_graph.regionIds()) {
            Region region = m_graph.region(id);
            for (Carry& carry : region.carries)
                carry.next = replaced(id, carry.next);
            for (std::vector<ValueId>* ends : {&region.stepOutputs, &region.sums})
                for (ValueId& end : *ends)
                    end = replaced(id, end);
            Region& edited = m_graph.editRegion(id);
            edited.carries = region.carries;
            edited.sums = region.sums;
            std::copy(region.stepOutputs.begin(), region.stepOutputs.end(),
                      edited.stepOutputs.begin());
        }
        return isChanged;
    }

    /// The value as this timestep's slice of a sequence, inside the region around `reader` that
    /// shares its timeline.
    ValueId asSequence(RegionId reader, ValueId value)
    {
        const RegionId home = m_graph.value(value).region;
        RegionId body = reader;
        while (m_graph.region(body).timeline != m_graph.region(home).timeline)
            body = m_graph.region(body).parent;
        const auto [entry, isNew] = m_slices.try_emplace({body, value}, kNoValue);
        if (!isNew)
            return entry->second;
        ValueInfo slice;
        slice.region = body;
        slice.kind = ValueKind::StepIn;
        slice.type = m_graph.value(value).type;
        slice.name = m_graph.value(value).name;
        entry->second = m_graph.addValue(std::move(slice));
        const ValueId slices = entry->second, sequence = stacked(value);
        m_graph.editRegion(body).stepInputs.push_back(slices);
        m_graph.editNode(m_graph.region(body).owner).inputs.push_back(sequence);
        return slices;
    }

    /// All timesteps of a value of a body, in the region around it.
    ValueId stacked(ValueId value)
    {
        const auto known = m_stacked.find(value);
        if (known != m_stacked.end())
            return known->second;
        const ValueInfo info = m_graph.value(value);
        const Region body = m_graph.region(info.region);
        const Node owner = m_graph.node(body.owner);
        ValueInfo all;
        all.region = owner.region;
        all.type = info.type;
        all.type.shape.insert(0, m_graph.stepCount(info.region));
        all.name = info.name;
        if (info.kind == ValueKind::StepIn) {
            const auto place = std::find(body.stepInputs.begin(), body.stepInputs.end(), value) -
                               body.stepInputs.begin();
            return m_stacked[value] = owner.inputs[body.carries.size() + size_t(place)];
        }
        if (info.kind == ValueKind::Timestep) {
            std::vector<int64_t> steps(static_cast<size_t>(m_graph.stepCount(info.region)));
            std::iota(steps.begin(), steps.end(), 0);
            all.kind = ValueKind::Constant;
            all.content = Tensor::ints(steps);
            return m_stacked[value] = m_graph.addValue(std::move(all));
        }
        all.producer = owner.id;
        const ValueId result = m_graph.addValue(std::move(all));
        Node& node = m_graph.editNode(owner.id);
        node.outputs.insert(
            node.outputs.begin() +
                static_cast<std::ptrdiff_t>(body.carries.size() + body.stepOutputs.size()),
            result);
        m_graph.editRegion(info.region).stepOutputs.push_back(value);
        return m_stacked[value] = result;
    }

    Graph& m_graph;
    std::map<std::pair<RegionId, ValueId>, ValueId> m_slices;
    std::map<ValueId, ValueId> m_stacked;
};

}

Result<Graph> inExportForm(Graph graph, Cuts cuts)
{
    if (Result<void> opened = openHelpers(graph, cuts); !opened)
        return opened.takeError();
    giveListsAsInputs(graph);
    Residuals(graph).run();
    if (Result<void> sorted = graph.sortTopologically(); !sorted)
        return sorted.takeError();
    if (Result<void> sound = graph.verify(); !sound)
        return sound.takeError();
    return graph;
}

}
