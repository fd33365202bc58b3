#pragma once

#include "engine/expressions/expression.h"

#include <map>
#include <vector>

namespace backstep {

/// A small graph in which texts are lowered and computed with the operators' own kernels.
struct LoweredText {
    Value constant(const char* name, const Tensor& content)
    {
        return builder.constant(content, name);
    }
    /// An input whose content lowering cannot see.
    Value input(const Tensor& content)
    {
        ValueInfo info;
        info.kind = ValueKind::Input;
        info.type = content.type();
        const Value value = builder.declare(std::move(info));
        contents[value.id()] = content;
        return value;
    }
    Result<Tensor> run(const Value& result)
    {
        std::map<ValueId, Tensor> tensors = contents;
        const auto tensorOf = [&](ValueId id) {
            return id == kNoValue         ? Tensor()
                   : tensors.contains(id) ? tensors[id]
                                          : graph.value(id).content;
        };
        for (const NodeId id : graph.region(kTopRegion).nodes) {
            const Node& node = graph.node(id);
            std::vector<Tensor> inputs;
            for (const ValueId input : node.inputs)
                inputs.push_back(tensorOf(input));
            Result<std::vector<Tensor>> outputs =
                evaluate(node.op, node.attributes, inputs, node.outputs.size());
            if (!outputs)
                return outputs.takeError();
            for (size_t i = 0; i < node.outputs.size(); ++i)
                tensors[node.outputs[i]] = (*outputs)[i];
        }
        return tensorOf(result.id());
    }

    Graph graph;
    GraphBuilder builder{graph, kTopRegion};
    std::map<ValueId, Tensor> contents;
};

}
