// engine/ops/cache_ops.cpp - TensorScatter: new timesteps written into a cache of past ones, as a
// function of ScatterElements.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using In = std::span<const Value>;

Result<int> sequenceAxis(const Attributes& attributes, int rank)
{
    Result<int> axis = normalizedAxis(attributes.integer("axis", -2), rank);
    if (axis && *axis == 0)
        return Error{"attribute", "axis is 0, the batch; wanted the axis of the sequence"};
    return axis;
}

Types cacheShape(const OpCall& call)
{
    const Shape &cache = call.shape(0), &update = call.shape(1);
    const Result<int> axis = sequenceAxis(call.attributes, cache.rank());
    if (!axis)
        return axis.error();
    bool fits = cache.rank() == update.rank();
    for (int i = 0; fits && i < cache.rank(); ++i)
        fits = i == *axis ? update[i] <= cache[i] : update[i] == cache[i];
    if (!fits)
        return Error{"shape", fmt::format("update is {}, which does not fit into past_cache {} "
                                          "along axis {}",
                                          update.text(), cache.text(), *axis)};
    const std::string mode = call.attributes.text("mode", "linear");
    if (mode != "linear" && mode != "circular")
        return Error{"attribute", fmt::format("mode is '{}', wanted linear or circular", mode)};
    if (!call.has(2))
        return sameTypeAsFirst(call);
    if (!(call.shape(2) == Shape{cache[0]}))
        return Error{"shape", fmt::format("write_indices is {}, wanted [{}]", call.shape(2).text(),
                                          cache[0])};
    if (const Tensor* first = call.constant(2))
        for (int64_t at : first->integers())
            if (at < 0 || (mode == "linear" && at > cache[*axis] - update[*axis]))
                return Error{"shape", fmt::format("write_indices holds {}, but {} timesteps from "
                                                  "there do not lie in the {} of past_cache",
                                                  at, update[*axis], cache[*axis])};
    return sameTypeAsFirst(call);
}

// Timestep t of the update of sample n goes to write_indices[n] + t, in a circle if asked for.
Expansion expandCache(GraphBuilder& b, const Node& node, In in)
{
    const Shape &cache = in[0].shape(), &update = in[1].shape();
    const int axis = *sequenceAxis(node.attributes, cache.rank());
    Shape steps = Shape::filled(update.rank(), 1), samples = steps;
    steps[axis] = update[axis];
    samples[0] = update[0];
    Value to = reshape(countUp(b, update[axis]), steps);
    if (inputOr(in, 2).isPresent())
        to = to + reshape(in[2], samples);
    if (node.attributes.text("mode", "linear") == "circular")
        to = b.add("Mod", {to, b.scalar(static_cast<double>(cache[axis]), to)});
    return std::vector<Value>{b.add("ScatterElements", {in[0], expandedTo(to, update), in[1]},
                                    {{"axis", int64_t{axis}}})};
}

}

void registerCacheOps(OpRegistry& ops)
{
    ops.add(functionOp("TensorScatter", 24,
                       "past_cache with update written from write_indices on, sample by sample.",
                       {{"past_cache", anyDType, Port::Arity::One, "T"},
                        {"update", anyDType, Port::Arity::One, "T"},
                        {"write_indices", {DType::Int64}, Port::Arity::Optional}},
                       {{"present_cache", anyDType}}, cacheShape, expandCache));
}

}
