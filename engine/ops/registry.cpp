#include "engine/ops/registry.h"

#include "engine/ops/families.h"

#include <fmt/format.h>

namespace backstep {

void OpRegistry::add(OpDef def)
{
    std::pair<std::string, std::string> key{def.domain, def.name};
    m_ops.insert_or_assign(std::move(key), std::move(def));
}

const OpDef* OpRegistry::find(const OpName& name) const
{
    const auto found = m_ops.find({name.domain == "ai.onnx" ? "" : name.domain, name.type});
    return found == m_ops.end() ? nullptr : &found->second;
}

std::vector<const OpDef*> OpRegistry::all() const
{
    std::vector<const OpDef*> defs;
    for (const auto& [key, def] : m_ops)
        defs.push_back(&def);
    return defs;
}

const OpRegistry& operators()
{
    static const OpRegistry registry = [] {
        OpRegistry ops;
        registerArithmeticOps(ops);
        registerActivationOps(ops);
        registerActivationGradients(ops);
        registerComparisonOps(ops);
        registerRoundingOps(ops);
        registerProductOps(ops);
        registerReductionOps(ops);
        registerMovementOps(ops);
        registerSlicingOps(ops);
        registerGatherOps(ops);
        registerConstantOps(ops);
        registerLossOps(ops);
        registerRecurrentOps(ops);
        registerBreakOps(ops);
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

Result<std::vector<TensorType>> inferTypes(const OpDef& def, const OpCall& call)
{
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
    if (Result<void> same = checkSameDtypes(def, call); !same)
        return same.takeError();
    return def.shape(call);
}

Result<std::vector<Tensor>> evaluate(const OpName& op, const Attributes& attributes,
                                     const std::vector<Tensor>& inputs, size_t outputCount)
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
    Result<std::vector<TensorType>> outputs = inferTypes(*def, call);
    if (!outputs)
        return outputs.takeError().during("computing " + op.type);
    std::vector<Tensor> results;
    if (def->view && !inputs.empty()) {
        for (size_t i = 0; i < outputs->size(); ++i)
            if (const std::optional<TensorView> seen = def->view(call, inputs[0].view(), i))
                results.push_back(Tensor::copyOf(*seen));
        if (results.size() == outputs->size())
            return results;
        results.clear();
    }
    const Kernel kernel = def->kernel.at(types.empty() ? outputs->front().dtype : types[0].dtype);
    if (!kernel)
        return Error{"no-kernel", fmt::format("{} cannot be computed for {}", op.type,
                                              types.empty() ? "these inputs" : types[0].text())};
    std::vector<TensorView> in, out;
    for (const Tensor& input : inputs)
        in.push_back(input.isNull() ? TensorView{} : input.view());
    for (const TensorType& type : *outputs) {
        results.emplace_back(type);
        out.push_back(results.back().view());
    }
    kernel({attributes, in, out});
    return results;
}

}
