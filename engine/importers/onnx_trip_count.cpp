// How often a Loop runs: its counters, and its condition evaluated for each iteration from
// constants and counters alone.

#include "engine/importers/onnx_loop.h"
#include "engine/ops/registry.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr int64_t kLongestLoop = 10'000'000;
/// Nodes that a condition is followed through, one call of valueAt each.
constexpr int kDeepestCondition = 5'000;

Error unsupported(std::string why)
{
    return {"unsupported", "its number of iterations cannot be proven: " + std::move(why),
            "Export with a fixed number of timesteps, or as Scan."};
}

}

const Tensor* OnnxLoopReader::constantOutside(const std::string& name) const
{
    if (name.empty())
        return nullptr;
    const ValueId value = m_scope.find(name);
    if (value == kNoValue)
        return nullptr;
    const ValueInfo& info = m_builder.graph().value(value);
    return info.kind == ValueKind::Constant ? &info.content : nullptr;
}

std::optional<Tensor> OnnxLoopReader::constantInside(const std::string& name) const
{
    for (const onnx::TensorProto& tensor : m_body.initializer())
        if (tensor.name() == name) {
            Result<Tensor> read = m_reader.tensorIn(tensor);
            return read ? std::optional<Tensor>(*read) : std::nullopt;
        }
    if (const auto producer = m_producers.find(name); producer != m_producers.end()) {
        if (producer->second->op_type() != "Constant")
            return std::nullopt;
        Result<Attributes> attributes = m_reader.attributesOf(*producer->second);
        if (!attributes)
            return std::nullopt;
        Result<std::vector<Tensor>> value = evaluate({"Constant"}, *attributes, {});
        return value ? std::optional<Tensor>(value->front()) : std::nullopt;
    }
    if (const Tensor* outside = constantOutside(name))
        return *outside;
    return std::nullopt;
}

std::string OnnxLoopReader::source(std::string name) const
{
    for (auto producer = m_producers.find(name);
         producer != m_producers.end() && producer->second->op_type() == "Identity" &&
         producer->second->input_size() == 1;
         producer = m_producers.find(name))
        name = producer->second->input(0);
    return name;
}

void OnnxLoopReader::classify()
{
    const int carries = m_body.input_size() - 2;
    for (int i = 0; i < carries; ++i) {
        const std::string in = m_body.input(2 + i).name();
        const std::string next = source(m_body.output(1 + i).name());
        if (next == in) {
            m_roles[in] = {Role::Unchanged, 0, 0, DType::Undefined};
            continue;
        }
        m_roles[in] = {Role::Carry, 0, 0, DType::Undefined};
        const Tensor* initial = constantOutside(m_node.input(2 + i));
        const auto producer = m_producers.find(next);
        if (!initial || initial->count() != 1 || !integers.has(initial->dtype()) ||
            producer == m_producers.end() || producer->second->op_type() != "Add" ||
            producer->second->input_size() != 2)
            continue;
        const onnx::NodeProto& add = *producer->second;
        const int other = source(add.input(0)) == in ? 1 : source(add.input(1)) == in ? 0 : -1;
        if (other < 0)
            continue;
        const std::optional<Tensor> step = constantInside(add.input(other));
        if (step && step->count() == 1 && integers.has(step->dtype()))
            m_roles[in] = {Role::Counter, initial->integer(0), step->integer(0), initial->dtype()};
    }
}

std::optional<Tensor> OnnxLoopReader::valueAt(const std::string& name, int64_t iteration,
                                              std::map<std::string, Tensor>& known) const
{
    if (const auto found = known.find(name); found != known.end())
        return found->second;
    std::optional<Tensor> result;
    if (name == m_body.input(0).name()) {
        result = Tensor::of<int64_t>({}, {iteration});
    } else if (name == m_body.input(1).name()) {
        Tensor yes(TensorType{DType::Bool, {}});
        *yes.mutableData<bool>() = true;
        result = yes;
    } else if (const auto role = m_roles.find(name); role != m_roles.end()) {
        if (role->second.role != Role::Counter)
            return std::nullopt;
        result =
            Tensor::scalar(static_cast<double>(role->second.start + iteration * role->second.step),
                           role->second.dtype);
    } else if (std::optional<Tensor> constant = constantInside(name)) {
        result = constant;
    } else if (const auto producer = m_producers.find(name); producer != m_producers.end()) {
        const onnx::NodeProto& node = *producer->second;
        Result<Attributes> attributes = m_reader.attributesOf(node);
        std::vector<Tensor> inputs;
        for (const std::string& input : node.input()) {
            std::optional<Tensor> value = valueAt(input, iteration, known);
            if (!value)
                return std::nullopt;
            inputs.push_back(std::move(*value));
        }
        if (!attributes)
            return std::nullopt;
        Result<std::vector<Tensor>> outputs =
            evaluate({node.op_type(), node.domain()}, *attributes, inputs,
                     static_cast<size_t>(node.output_size()));
        if (!outputs)
            return std::nullopt;
        for (int i = 0; i < node.output_size(); ++i)
            if (node.output(i) == name)
                result = (*outputs)[static_cast<size_t>(i)];
    }
    if (result)
        known[name] = *result;
    return result;
}

Result<int64_t> OnnxLoopReader::iterationCount()
{
    int64_t limit = kLongestLoop;
    if (!m_node.input(0).empty()) {
        const Result<Tensor> m = m_reader.known(m_builder.graph(), m_scope.find(m_node.input(0)));
        if (!m || m->count() != 1)
            return unsupported("M is not a constant.");
        m_isCountedByData = !constantOutside(m_node.input(0));
        limit = std::max<int64_t>(0, m->integer(0));
        if (limit > kLongestLoop)
            return unsupported("M asks for more than ten million iterations.");
    }
    if (!m_node.input(1).empty()) {
        const Result<Tensor> initial =
            m_reader.known(m_builder.graph(), m_scope.find(m_node.input(1)));
        if (!initial || initial->count() != 1)
            return unsupported("the first condition is not a constant.");
        if (initial->integer(0) == 0)
            return 0;
    }
    const std::string condition = source(m_body.output(0).name());
    const std::optional<Tensor> constant = constantInside(condition);
    const bool isHandedThrough = condition == m_body.input(1).name();
    if (isHandedThrough || (constant && constant->count() == 1 && constant->integer(0) != 0)) {
        if (limit == kLongestLoop)
            return unsupported("it has neither M nor a condition that ends it.");
        return limit;
    }
    if (m_body.node_size() > kDeepestCondition) {
        m_reader.lack();
        return unsupported("its body is too long for that.");
    }
    for (int64_t i = 0; i < limit; ++i) {
        std::map<std::string, Tensor> known;
        const std::optional<Tensor> goesOn = valueAt(condition, i, known);
        if (!goesOn || goesOn->count() != 1) {
            m_reader.lack();
            return unsupported("the condition depends on values that only a run knows.");
        }
        if (goesOn->integer(0) == 0)
            return i + 1;
    }
    if (limit == kLongestLoop)
        return unsupported("the condition stays true for ten million iterations.");
    return limit;
}

}
