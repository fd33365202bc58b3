// engine/ops/at_timesteps_op.cpp - the end of a gradient rule that runs at some timesteps alone.

#include "engine/ops/at_timesteps.h"
#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/tensor/strided.h"

namespace backstep {

namespace {

constexpr const char* kSteps = "timesteps"; // first, last, first, last...

std::shared_ptr<const void> prepareSteps(const Attributes& attributes)
{
    return std::make_shared<const TimestepSet>(timestepsOf(attributes));
}

/// One zero, seen as often as needed.
TensorView zerosLike(const TensorView& like)
{
    alignas(8) static std::byte zero[8]{};
    TensorView view = like;
    view.data = zero;
    for (int axis = 0; axis < view.strides.rank(); ++axis)
        view.strides[axis] = 0;
    return view;
}

/// The first operand is not read at other timesteps: it may hold anything there.
void passOrZero(const KernelCall& call)
{
    const TensorView& out = call.out[0];
    const auto timestep = *static_cast<const int64_t*>(static_cast<const void*>(call.in[1].data));
    if (static_cast<const TimestepSet*>(call.prepared)->contains(timestep))
        copyElements(call.in[0], out);
    else
        copyElements(zerosLike(out), out);
}

std::vector<Value> whereBody(GraphBuilder& b, const Node& node, std::span<const Value> in)
{
    const TimestepSet steps = timestepsOf(node.attributes);
    const auto number = [&](int32_t step) {
        return b.constant(Tensor::scalar(step, DType::Int64));
    };
    Value isAt;
    for (const TimestepRange& range : steps.ranges()) {
        const Value isInside = b.add("And", {b.add("GreaterOrEqual", {in[1], number(range.first)}),
                                             b.add("LessOrEqual", {in[1], number(range.last)})});
        isAt = isAt.isPresent() ? b.add("Or", {isAt, isInside}) : isInside;
    }
    return {b.add("Where", {isAt, in[0], b.scalar(0, in[0])})};
}

void gradient(GradientScope& g)
{
    g.contribute(0, atTimesteps(g.builder(), g.cotangent(0), timestepsOf(g.attributes())));
}

}

Value atTimesteps(GraphBuilder& builder, const Value& value, const TimestepSet& steps)
{
    std::vector<int64_t> ends;
    for (const TimestepRange& range : steps.ranges())
        ends.insert(ends.end(), {range.first, range.last});
    return builder.helper(std::string(kAtTimesteps), {value, timestepOf(builder, builder.region())},
                          {{kSteps, ends}});
}

TimestepSet timestepsOf(const Attributes& attributes)
{
    const std::vector<int64_t> ends = attributes.integers(kSteps);
    std::vector<TimestepRange> ranges;
    for (size_t i = 0; i + 1 < ends.size(); i += 2)
        ranges.push_back({static_cast<int32_t>(ends[i]), static_cast<int32_t>(ends[i + 1])});
    return TimestepSet(std::move(ranges));
}

void registerAtTimestepsOp(OpRegistry& ops)
{
    ops.add({
        .name = std::string(kAtTimesteps),
        .domain = std::string(kHelperDomain),
        .doc = R"(x at the timesteps of the attribute, zeros at the others, where x is not read.
            Shapes    x: any; timestep: int64 scalar; y: as x
            Gradient  dy at the same timesteps, zeros at the others
            Source    ONNX operator If; SEMANTICS R15b)",
        .inputs = {{"x", floating}, {"timestep", integers}},
        .outputs = {{"y", floating}},
        .shape = sameTypeAsFirst,
        .kernel = {.forAll = passOrZero, .prepare = prepareSteps},
        .body = whereBody,
        .gradient = gradient,
    });
}

}
