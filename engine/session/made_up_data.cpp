#include "engine/session/made_up_data.h"

#include "engine/base/text.h"
#include "engine/execution/recording.h"
#include "engine/tensor/strided.h"
#include "engine/training/loss.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <random>

namespace backstep {

namespace {

/// What consumers ask of integer data: an upper bound (excluded) by the tables that it indexes, or
/// that it counts timesteps.
struct IntegerRange {
    int64_t low = 0, high = 3; ///< high excluded
};

bool isTimestepOf(const Graph& graph, ValueId value)
{
    const ValueInfo* info = &graph.value(value);
    if (info->producer != kNoNode && graph.node(info->producer).op.is("Cast"))
        info = &graph.value(graph.node(info->producer).inputs[0]);
    return info->kind == ValueKind::Timestep;
}

/// Follows the value to the Gathers that it indexes and the timesteps that it is compared with.
void narrow(const Graph& graph, ValueId value, IntegerRange& range, int depth)
{
    for (NodeId id : graph.consumers(value)) {
        const Node& node = graph.node(id);
        if (node.op.is("Gather") && node.inputs.size() > 1 && node.inputs[1] == value) {
            const Shape& table = graph.value(node.inputs[0]).type.shape;
            const Result<int> axis =
                normalizedAxis(node.attributes.integer("axis", 0), table.rank());
            if (axis)
                range.high =
                    std::min(range.high == 3 ? std::numeric_limits<int64_t>::max() : range.high,
                             table[*axis]);
        } else if (node.op.is("Less") && node.inputs[1] == value &&
                   isTimestepOf(graph, node.inputs[0])) {
            range = {1, graph.stepCount(node.region) + 1};
        } else if (depth < 4 && !node.outputs.empty() && node.outputs[0] != kNoValue &&
                   (node.op.is("Cast") || node.op.is("Reshape") || node.op.is("Transpose") ||
                    node.op.is("Unsqueeze") || node.op.is("Squeeze"))) {
            narrow(graph, node.outputs[0], range, depth + 1);
        } else if (node.op.type == "CrossEntropy" && node.inputs[1] == value) {
            range = {0, graph.value(node.inputs[0]).type.shape.back()};
        }
    }
}

Tensor madeUp(const Graph& graph, const ValueInfo& info, uint32_t seed)
{
    // One generator an input, so that adding an input does not change the others.
    std::mt19937_64 random(seed + 1000003ull * std::hash<std::string>{}(info.name));
    if (info.type.dtype == DType::String) {
        static const std::vector<std::string> words{"hello", "world", "alpha", "beta", "gamma"};
        std::vector<std::string> all(static_cast<size_t>(info.type.shape.count()));
        for (std::string& each : all)
            each = words[random() % words.size()];
        return Tensor::ofStrings(info.type.shape, std::move(all));
    }
    Tensor tensor(info.type);
    IntegerRange range;
    if (integers.has(info.type.dtype))
        narrow(graph, info.id, range, 0);
    std::normal_distribution<double> normal;
    withNumericType(info.type.dtype, [&]<class T>() {
        T* data = tensor.mutableData<T>();
        for (int64_t i = 0; i < tensor.count(); ++i) {
            if constexpr (std::is_floating_point_v<T>)
                // Rounded to float32, so that both widths see the same numbers.
                data[i] = static_cast<T>(static_cast<float>(normal(random)));
            else if constexpr (std::is_same_v<T, bool>)
                data[i] = true;
            else
                data[i] = static_cast<T>(
                    range.low +
                    static_cast<int64_t>(random() % static_cast<uint64_t>(std::max<int64_t>(
                                                        1, range.high - range.low))));
        }
    });
    return tensor;
}

/// More than the machine's memory holds, in bytes; sizes of a broken file may overflow.
bool isTooLarge(const TensorType& type)
{
    size_t bytes = std::max<size_t>(1, elementSize(type.dtype));
    for (int64_t size : type.shape.sizes())
        if (__builtin_mul_overflow(bytes, static_cast<size_t>(size), &bytes))
            return true;
    return bytes > machineMemory() / 2;
}

Result<Tensor> fitted(const ValueInfo& info, const Tensor& given)
{
    const bool sameKind = (floating.has(given.dtype()) && floating.has(info.type.dtype)) ||
                          (integers.has(given.dtype()) && integers.has(info.type.dtype)) ||
                          given.dtype() == info.type.dtype;
    if (!sameKind || !(given.shape() == info.type.shape))
        return Error{"input-type",
                     fmt::format("The data for '{}' is {}; wanted {}.", printable(info.name),
                                 given.type().text(), info.type.text())};
    return given.converted(info.type.dtype);
}

}

Tensor drawOf(const InputChoice& choice)
{
    return Tensor::ints({choice.seed, 0});
}

Result<std::map<ValueId, Tensor>> feedsFor(const Graph& graph, const InputChoice& choice,
                                           std::vector<std::string>& notes)
{
    std::map<ValueId, Tensor> feeds;
    for (ValueId id : graph.valuesOfKind(ValueKind::Input)) {
        const ValueInfo& info = graph.value(id);
        const auto given = choice.given.find(info.name);
        if (given != choice.given.end()) {
            Result<Tensor> tensor = fitted(info, given->second);
            if (!tensor)
                return tensor.takeError();
            feeds[id] = std::move(*tensor);
            continue;
        }
        if (info.type.dtype == DType::Undefined || !info.content.isNull())
            continue;
        if (isTooLarge(info.type))
            return Error{"memory",
                         fmt::format("Input '{}' is {}: that does not fit into memory.",
                                     printable(info.name), info.type.text()),
                         "Give the data, or smaller sizes with --dim."};
        feeds[id] = madeUp(graph, info, choice.seed);
        notes.push_back(fmt::format("{} '{}' made up with seed {}",
                                    info.name == kTargetName ? "target" : "input",
                                    printable(info.name), choice.seed));
    }
    return feeds;
}

}
