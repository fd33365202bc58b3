#include "engine/checks/probe.h"

#include "engine/base/text.h"
#include "engine/checks/domain_edges.h"

#include <algorithm>
#include <cmath>

namespace backstep {

std::string indexText(const Shape& shape, int64_t index)
{
    std::vector<std::string> parts;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        parts.insert(parts.begin(), std::to_string(index % shape[axis]));
        index /= shape[axis];
    }
    return parts.empty() ? "" : "[" + join(parts, ", ") + "]";
}

std::string elementText(const Graph& graph, const Element& element)
{
    const ValueInfo& info = graph.value(element.value);
    return (info.name.empty() ? "y" : info.name) + indexText(info.type.shape, element.index);
}

Result<std::unique_ptr<Probe>> Probe::make(CheckedFunction function, const GraphEdit& edit)
{
    std::unique_ptr<Probe> probe(new Probe);
    if (Result<void> built = probe->build(std::move(function), edit); !built)
        return built.takeError();
    if (Result<void> started = probe->start(); !started)
        return started.takeError();
    return probe;
}

Result<void> Probe::build(CheckedFunction function, const GraphEdit& edit)
{
    Result<WeighedGradient> gradient = withGradient(function);
    if (!gradient)
        return gradient.takeError();
    Differentiated& whole = gradient->whole;
    m_results = gradient->results;
    m_weights = gradient->weights;
    if (edit)
        edit(whole);
    if (Result<void> sound = whole.graph.verify(); !sound)
        return sound;
    const std::vector<ValueId>& targets = gradient->inputs;
    for (const ValueId target : targets)
        if (const auto found = whole.cotangents.find(target); found != whole.cotangents.end())
            m_cotangents[target] = found->second;
    m_graph = std::make_shared<const Graph>(std::move(whole.graph));
    for (const ValueId target : targets)
        for (int64_t i = 0; i < m_graph->value(target).type.shape.count(); ++i)
            m_inputs.push_back({target, i});
    for (const ValueId result : m_results)
        for (int64_t i = 0; i < m_graph->value(result).type.shape.count(); ++i)
            m_outputs.push_back({result, i});
    bind(function.point);
    return {};
}

void Probe::bind(const std::map<ValueId, Tensor>& point)
{
    // Copies of our own: their elements are moved between runs, which nobody else may see.
    for (const auto& [id, tensor] : point)
        m_feeds[id] = isFloating(tensor.dtype()) ? Tensor::copyOf(tensor.view()) : tensor;
    for (const ValueId weight : m_weights)
        m_feeds[weight] = Tensor(m_graph->value(weight).type);
    for (const Element& element : m_inputs)
        m_inputData.push_back(m_feeds.at(element.value).mutableData<double>() + element.index);
    for (const ValueId weight : m_weights)
        for (int64_t i = 0; i < m_feeds.at(weight).count(); ++i)
            m_weightData.push_back(m_feeds.at(weight).mutableData<double>() + i);
}

void Probe::moveTo(const std::map<ValueId, Tensor>& point)
{
    for (size_t i = 0; i < m_inputs.size(); ++i)
        *m_inputData[i] = point.at(m_inputs[i].value).number(m_inputs[i].index);
}

Result<void> Probe::start()
{
    for (const ValueId id : m_graph->valuesOfKind(ValueKind::Input))
        if (isFloating(m_graph->value(id).type.dtype) &&
            m_graph->value(id).type.dtype != DType::Float64)
            return Error{"dtype", "gradcheck wants float64"};
    auto plan = std::make_shared<const Plan>(m_graph);
    for (const NodeId id : m_graph->nodeIds())
        if (!plan->canRun(id) && m_graph->node(id).breakKind() != BreakKind::GradientBreak)
            return Error{"not-computable", "'" + m_graph->node(id).origin.name + "' (" +
                                               m_graph->node(id).op.type + ") cannot be computed"};
    Result<Recording> recording = Recording::make(std::move(plan), m_feeds);
    if (!recording)
        return recording.takeError();
    m_executor = std::make_unique<Executor>(std::move(*recording));
    m_trace = std::make_unique<DiscreteTrace>(*m_graph);
    return {};
}

Sample Probe::sample(size_t index, double offset)
{
    const double here = *m_inputData[index];
    *m_inputData[index] = here + offset;
    Sample sample = sampleHere();
    *m_inputData[index] = here;
    return sample;
}

Sample Probe::sample(const std::vector<double>& direction, double offset)
{
    std::vector<double> here;
    here.reserve(m_inputData.size());
    for (size_t i = 0; i < m_inputData.size(); ++i) {
        here.push_back(*m_inputData[i]);
        *m_inputData[i] += offset * direction[i];
    }
    Sample sample = sampleHere();
    for (size_t i = 0; i < m_inputData.size(); ++i)
        *m_inputData[i] = here[i];
    return sample;
}

Sample Probe::sampleHere()
{
    m_executor->restart();
    m_executor->run(m_executor->plan().backwardStart());
    Sample sample;
    sample.values.reserve(m_outputs.size());
    for (const ValueId result : m_results) {
        const Result<Tensor> tensor = m_executor->value({result, {}}, m_executor->reached());
        const int64_t count = m_graph->value(result).type.shape.count();
        for (int64_t i = 0; i < count; ++i)
            sample.values.push_back(tensor ? tensor->number(i) : std::nan(""));
    }
    sample.trace = m_trace->of(*m_executor);
    return sample;
}

std::vector<double> Probe::pullback(const std::vector<double>& cotangent)
{
    for (size_t i = 0; i < m_weightData.size(); ++i)
        *m_weightData[i] = cotangent[i];
    m_executor->restart();
    m_executor->run(m_executor->plan().size());
    std::vector<double> gradient;
    gradient.reserve(m_inputs.size());
    ValueId last = kNoValue;
    Tensor tensor;
    for (const Element& element : m_inputs) {
        if (element.value != last) {
            last = element.value;
            const auto found = m_cotangents.find(last);
            Result<Tensor> value =
                found == m_cotangents.end()
                    ? Result<Tensor>(Tensor(m_graph->value(last).type))
                    : m_executor->value({found->second, {}}, m_executor->reached());
            tensor = value ? std::move(*value) : Tensor();
        }
        gradient.push_back(tensor.isNull() ? std::nan("") : tensor.number(element.index));
    }
    return gradient;
}

double Probe::firstStep(size_t index) const
{
    const double x = input(index);
    double step = std::min(1e-3 * std::max(1.0, std::abs(x)), 0.1);
    const ValueId value = m_inputs[index].value;
    for (const NodeId id : m_graph->consumers(value)) {
        const Node& node = m_graph->node(id);
        for (size_t i = 0; i < node.inputs.size(); ++i)
            if (node.inputs[i] == value && node.origin.phase == Phase::Forward)
                step = std::min(step, distanceToEdge(node, i, x) / 4);
    }
    return step > 0 ? step : 1e-3;
}

}
