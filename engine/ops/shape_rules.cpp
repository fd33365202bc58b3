#include "engine/ops/shape_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

Shape permuted(const Shape& shape, const std::vector<int64_t>& perm)
{
    Shape ordered;
    for (const int64_t axis : perm)
        ordered.append(shape[static_cast<int>(axis)]);
    return ordered;
}

DType commonDType(const OpCall& call)
{
    for (size_t i = 0; i < call.inputs.size(); ++i)
        if (call.has(i) && call.inputs[i].dtype != DType::Undefined)
            return call.inputs[i].dtype;
    return DType::Undefined;
}

Result<std::vector<TensorType>> sameTypeAsFirst(const OpCall& call)
{
    return std::vector<TensorType>{call.inputs[0]};
}

Result<std::vector<TensorType>> broadcastOfAll(const OpCall& call)
{
    Shape shape;
    for (size_t i = 0; i < call.inputs.size(); ++i) {
        if (!call.has(i))
            continue;
        Result<Shape> wider = broadcastShapes(shape, call.shape(i));
        if (!wider)
            return wider.takeError();
        shape = *wider;
    }
    return std::vector<TensorType>{{commonDType(call), shape}};
}

Result<std::vector<TensorType>> broadcastToBool(const OpCall& call)
{
    Result<std::vector<TensorType>> types = broadcastOfAll(call);
    if (types)
        types->front().dtype = DType::Bool;
    return types;
}

Result<std::vector<int64_t>> axesOf(const OpCall& call, size_t index, int rank)
{
    std::vector<int64_t> axes = call.attributes.integers("axes");
    if (call.has(index)) {
        const Tensor* content = call.constant(index);
        if (!content)
            return neededConstant(index, "axes");
        axes = content->integers();
    }
    for (int64_t& axis : axes) {
        Result<int> normal = normalizedAxis(axis, rank);
        if (!normal)
            return normal.takeError();
        axis = *normal;
    }
    std::sort(axes.begin(), axes.end());
    axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
    return axes;
}

Error neededConstant(size_t index, const std::string& portName)
{
    return {"unsupported",
            fmt::format("input {} ('{}') is computed while the graph runs; it is only supported "
                        "where its value is known beforehand",
                        index, portName),
            "Fix the sizes of the model's inputs, or export it with constant shapes."};
}

}
