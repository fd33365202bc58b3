#include "engine/ops/registry.h"

#include "engine/base/text.h"
#include "engine/ops/families.h"
#include "engine/ops/graph_builder.h"
#include "engine/tensor/addressable.h"

#include <fmt/format.h>

namespace backstep {

void OpRegistry::add(OpDef def)
{
    m_ops.erase(def);
    m_ops.insert(std::move(def));
}

const OpDef* OpRegistry::find(const OpName& name) const
{
    const std::string_view domain = name.domain == "ai.onnx" ? "" : std::string_view(name.domain);
    const auto found = m_ops.find(Key{domain, name.type});
    return found == m_ops.end() ? nullptr : &*found;
}

std::vector<const OpDef*> OpRegistry::all() const
{
    std::vector<const OpDef*> defs;
    for (const OpDef& def : m_ops)
        defs.push_back(&def);
    return defs;
}

const OpRegistry& operators()
{
    static const OpRegistry registry = [] {
        OpRegistry ops;
        registerArithmeticOps(ops);
        registerSelectionOps(ops);
        registerActivationOps(ops);
        registerActivationGradients(ops);
        registerComparisonOps(ops);
        registerCastOps(ops);
        registerRoundingOps(ops);
        registerProductOps(ops);
        registerReductionOps(ops);
        registerMovementOps(ops);
        registerSlicingOps(ops);
        registerJoinOps(ops);
        registerGatherOps(ops);
        registerConstantOps(ops);
        registerLossOps(ops);
        registerRecurrentOps(ops);
        registerBreakOps(ops);
        registerBranchOp(ops);
        registerAtTimestepsOp(ops);
        registerFunctionActivations(ops);
        registerInverseOps(ops);
        registerBitwiseOps(ops);
        registerExtremumReductions(ops);
        registerFunctionReductions(ops);
        registerCumulativeOps(ops);
        registerSortingOps(ops);
        registerScatterOps(ops);
        registerCacheOps(ops);
        registerPaddingOps(ops);
        registerFunctionMovements(ops);
        registerNormalizationOps(ops);
        registerOnnxLosses(ops);
        registerDataSizedOps(ops);
        registerStringOps(ops);
        registerLabelEncoder(ops);
        registerSequenceOps(ops);
        registerOptimizerOps(ops);
        registerRandomNumbers(ops);
        registerDropoutOps(ops);
        registerConvolutionOps(ops);
        registerMaxPoolingOps(ops);
        registerPoolingOps(ops);
        return ops;
    }();
    return registry;
}

namespace {

Result<void> checkInput(const OpDef& def, const OpCall& call, size_t index)
{
    const Port* port = def.inputPort(index);
    if (!port)
        return Error{"attribute", fmt::format("it takes at most {} inputs and has {}",
                                              def.inputs.size(), call.inputs.size())};
    if (!call.has(index)) {
        if (port->arity == Port::Arity::One)
            return Error{"attribute", fmt::format("input {} ('{}') is missing", index, port->name)};
        return {};
    }
    const DType found = call.inputs[index].dtype;
    if (found != DType::Undefined && !port->accepts.has(found))
        return Error{"dtype", fmt::format("input {} is {}; wanted: {}", port->name,
                                          call.inputs[index].text(), port->accepts.text())};
    return {};
}

Result<void> checkSameDtypes(const OpDef& def, const OpCall& call)
{
    std::map<std::string, std::pair<DType, std::string>> bound;
    for (size_t i = 0; i < call.inputs.size(); ++i) {
        const Port* port = def.inputPort(i);
        if (!port || port->sameAs.empty() || !call.has(i) ||
            call.inputs[i].dtype == DType::Undefined)
            continue;
        const auto [entry, isNew] =
            bound.try_emplace(port->sameAs, call.inputs[i].dtype, port->name);
        if (!isNew && entry->second.first != call.inputs[i].dtype)
            return Error{"dtype", fmt::format("input {} is {} and input {} is {}; they must agree",
                                              entry->second.second, nameOf(entry->second.first),
                                              port->name, nameOf(call.inputs[i].dtype))};
    }
    return {};
}

}

Result<void> checkPorts(const OpDef& def, const OpCall& call)
{
    // ONNX's variadic operators take one operand at least; helpers may do without.
    if (call.inputs.empty() && !def.inputs.empty() && def.domain.empty() &&
        def.inputs[0].arity == Port::Arity::Many)
        return Error{"attribute", "it takes at least 1 input and has none"};
    const size_t ports = std::max(call.inputs.size(), def.inputs.size());
    for (size_t i = 0; i < ports; ++i) {
        if (i >= def.inputs.size() && !def.inputPort(i))
            return Error{"attribute", fmt::format("it takes at most {} inputs and has {}",
                                                  def.inputs.size(), call.inputs.size())};
        if (i >= call.inputs.size() && def.inputs[i].arity == Port::Arity::Many)
            continue;
        if (Result<void> fits = checkInput(def, call, i); !fits)
            return fits.takeError();
    }
    if (call.outputCount > def.outputs.size() && !def.outputPort(call.outputCount - 1))
        return Error{"attribute",
                     fmt::format("it makes at most {} and is asked for {}",
                                 counted(static_cast<int64_t>(def.outputs.size()), "result"),
                                 call.outputCount)};
    return checkSameDtypes(def, call);
}

Result<std::vector<TensorType>> inferTypes(const OpDef& def, const OpCall& call)
{
    if (Result<void> fits = checkPorts(def, call); !fits)
        return fits.takeError();
    if (!def.shape)
        return Error{"unsupported",
                     "the size of its result depends on data; it is computed only where its inputs "
                     "are known beforehand"};
    Result<std::vector<TensorType>> types = def.shape(call);
    if (types)
        for (const TensorType& type : *types)
            if (!isAddressable(type.shape))
                return Error{
                    "size",
                    fmt::format("its result would be {}, more than any memory holds", type.text())};
    return types;
}

namespace {

using Tensors = Result<std::vector<Tensor>>;

/// The views that the op gives, copied out; nothing when one is impossible.
std::optional<std::vector<Tensor>> viewed(const OpDef& def, const OpCall& call, const Tensor& input,
                                          size_t count)
{
    std::vector<Tensor> results;
    for (size_t i = 0; i < count; ++i) {
        const std::optional<TensorView> seen = def.view(call, input.view(), i);
        if (!seen)
            return std::nullopt;
        results.push_back(Tensor::copyOf(*seen));
    }
    return results;
}

/// Computes what the op expands to, node by node.
Tensors evaluateExpansion(const OpDef& def, const Attributes& attributes,
                          const std::vector<Tensor>& inputs, size_t outputCount)
{
    Graph graph;
    GraphBuilder builder(graph, kTopRegion, {.name = def.name});
    Node node;
    node.op = {def.name, def.domain};
    node.attributes = attributes;
    node.origin.name = def.name;
    node.outputs.resize(outputCount, kNoValue);
    std::vector<Value> values;
    for (const Tensor& input : inputs)
        values.push_back(input.isNull() ? Value() : builder.constant(input));
    Result<std::vector<Value>> results = def.expand(builder, node, values);
    if (!results)
        return results.takeError();
    if (builder.error())
        return Error(*builder.error());
    for (NodeId id : graph.region(kTopRegion).nodes) {
        const Node part = graph.node(id);
        if (part.isScan())
            return Error{"no-kernel", def.name + " is computed by a Scan"};
        std::vector<Tensor> operands;
        for (ValueId input : part.inputs)
            operands.push_back(input == kNoValue ? Tensor() : graph.value(input).content);
        Tensors made = evaluate(part.op, part.attributes, operands, part.outputs.size());
        if (!made)
            return made.takeError();
        for (size_t i = 0; i < part.outputs.size() && i < made->size(); ++i)
            graph.editValue(part.outputs[i]).content = (*made)[i];
    }
    results->resize(std::min(results->size(), outputCount));
    std::vector<Tensor> outputs;
    for (const Value& value : *results)
        outputs.push_back(value.isPresent() ? graph.value(value.id()).content : Tensor());
    return outputs;
}

Tensors runKernel(const OpDef& def, const OpCall& call, const std::vector<Tensor>& inputs,
                  const std::vector<TensorType>& types)
{
    const DType dtype = inputs.empty() ? types.front().dtype : call.inputs[0].dtype;
    const Kernel kernel = def.kernel.at(dtype);
    if (!kernel)
        return Error{"no-kernel",
                     fmt::format("{} cannot be computed for {}", def.name,
                                 inputs.empty() ? "these inputs" : call.inputs[0].text())};
    std::vector<Tensor> results;
    std::vector<TensorView> in, out;
    for (const Tensor& input : inputs)
        in.push_back(input.isNull() ? TensorView{} : input.view());
    for (const TensorType& type : types) {
        results.emplace_back(type);
        out.push_back(results.back().view());
    }
    kernel({call.attributes, in, out});
    return results;
}

}

Tensors evaluate(const OpName& op, const Attributes& attributes, const std::vector<Tensor>& inputs,
                 size_t outputCount)
{
    const OpDef* def = operators().find(op);
    if (!def)
        return Error{"unknown-op", fmt::format("There is no operator '{}'.", op.type)};
    std::vector<TensorType> types;
    std::vector<const Tensor*> constants;
    const auto present = std::make_unique<bool[]>(inputs.size() + 1);
    for (size_t i = 0; i < inputs.size(); ++i) {
        types.push_back(inputs[i].isNull() ? TensorType{} : inputs[i].type());
        constants.push_back(inputs[i].isNull() ? nullptr : &inputs[i]);
        present[i] = !inputs[i].isNull();
    }
    const OpCall call{attributes, types, constants, {present.get(), inputs.size()}, outputCount};
    const std::string step = "computing " + op.type;
    if (def->evaluate) {
        if (Result<void> fits = checkPorts(*def, call); !fits)
            return fits.takeError().during(step);
        Tensors results = def->evaluate({attributes, inputs, outputCount});
        return results ? std::move(results) : Tensors(results.takeError().during(step));
    }
    Result<std::vector<TensorType>> outputs = inferTypes(*def, call);
    if (!outputs)
        return outputs.takeError().during(step);
    if (def->expand)
        return evaluateExpansion(*def, attributes, inputs, outputCount);
    if (def->view && !inputs.empty())
        if (std::optional<std::vector<Tensor>> seen =
                viewed(*def, call, inputs[0], outputs->size()))
            return std::move(*seen);
    return runKernel(*def, call, inputs, *outputs);
}

}
