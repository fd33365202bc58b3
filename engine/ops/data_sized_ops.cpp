// engine/ops/data_sized_ops.cpp - ops whose result has a size that depends on data: NonZero,
// Compress, Unique. They make whole tensors (OpDef::evaluate).

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace backstep {

namespace {

using Tensors = Result<std::vector<Tensor>>;

bool isSet(const Tensor& tensor, int64_t index)
{
    return tensor.dtype() == DType::String ? !tensor.strings()[static_cast<size_t>(index)].empty()
                                           : tensor.number(index) != 0;
}

Tensors nonZero(const EvaluateCall& call)
{
    const Tensor& x = call.inputs[0];
    std::vector<int64_t> found;
    for (int64_t i = 0; i < x.count(); ++i)
        if (isSet(x, i))
            found.push_back(i);
    const auto count = static_cast<int64_t>(found.size());
    const Shape strides = x.shape().denseStrides();
    Tensor y(TensorType{DType::Int64, {x.shape().rank(), count}});
    for (int axis = 0; axis < x.shape().rank(); ++axis)
        for (int64_t n = 0; n < count; ++n)
            y.mutableData<int64_t>()[axis * count + n] =
                found[static_cast<size_t>(n)] / strides[axis] % x.shape()[axis];
    return std::vector<Tensor>{y};
}

/// Entries of `axis` by index.
Tensors taken(const Tensor& x, int axis, const std::vector<int64_t>& indices)
{
    return evaluate({"Gather"}, {{"axis", int64_t{axis}}}, {x, Tensor::ints(indices)});
}

/// The first operand and its attribute axis; without one all its elements in one axis.
struct AlongAxis {
    Tensor x;
    int axis = 0;
};

Result<AlongAxis> alongAxis(const EvaluateCall& call)
{
    const Tensor& x = call.inputs[0];
    if (!call.attributes.has("axis"))
        return AlongAxis{x.reshaped({x.count()}), 0};
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), x.shape().rank());
    if (!axis)
        return axis.takeError();
    return AlongAxis{x, *axis};
}

Error wrongCondition(const Shape& condition, int64_t entries)
{
    return {"shape", fmt::format("condition is {} for {} entries", condition.text(), entries)};
}

/// Of a condition that is known.
Result<std::vector<TensorType>> compressShape(const OpCall& call)
{
    const Tensor* condition = call.constant(1);
    if (!condition)
        return Error{"unsupported", "how many entries hold, only a run knows"};
    const bool isFlat = !call.attributes.has("axis");
    Shape shape = isFlat ? Shape{call.shape(0).count()} : call.shape(0);
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), shape.rank());
    if (!axis)
        return axis.takeError();
    if (condition->shape().rank() != 1 || condition->count() > shape[*axis])
        return wrongCondition(condition->shape(), shape[*axis]);
    shape[*axis] =
        std::count(condition->data<bool>(), condition->data<bool>() + condition->count(), true);
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}};
}

Tensors compress(const EvaluateCall& call)
{
    Result<AlongAxis> along = alongAxis(call);
    if (!along)
        return along.takeError();
    const auto& [x, axis] = *along;
    const Tensor& condition = call.inputs[1];
    if (condition.shape().rank() != 1 || condition.count() > x.shape()[axis])
        return wrongCondition(condition.shape(), x.shape()[axis]);
    std::vector<int64_t> chosen;
    for (int64_t i = 0; i < condition.count(); ++i)
        if (condition.data<bool>()[i])
            chosen.push_back(i);
    return taken(x, axis, chosen);
}

/// TopK gives entries of one value in their order: so the first ones are those that hold.
Value chosenIndices(GraphBuilder& b, const Value& condition, int64_t count)
{
    const Value ones = b.add("Cast", {condition}, {{"to", static_cast<int64_t>(DType::Float32)}});
    return b.addAll({"TopK"}, {ones, b.ints({count})}, {}, 2)[1];
}

void compressGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Shape& whole = g.input("input").shape();
    const bool isFlat = !g.attributes().has("axis");
    const Shape shape = isFlat ? Shape{whole.count()} : whole;
    const int axis = isFlat ? 0 : *normalizedAxis(g.attributes().integer("axis", 0), whole.rank());
    const Value dy = g.cotangent("output");
    const Value indices = chosenIndices(b, g.input("condition"), dy.shape()[axis]);
    const Value dx = b.helper(
        "GatherGrad", {dy, indices},
        {{"axis", int64_t{axis}}, {"shape", std::vector<int64_t>(shape.begin(), shape.end())}});
    g.contribute("input", isFlat ? reshape(dx, whole) : dx);
}

/// The entries along an axis, compared element by element.
class Entries
{
public:
    Entries(const Tensor& x, int axis) : m_x(x)
    {
        const Shape& shape = x.shape();
        m_count = shape[axis];
        m_inner = 1;
        for (int i = axis + 1; i < shape.rank(); ++i)
            m_inner *= shape[i];
        m_outer = m_count * m_inner == 0 ? 0 : x.count() / (m_count * m_inner);
    }
    int64_t count() const { return m_count; }
    /// -1, 0 or 1
    int compared(int64_t a, int64_t b) const
    {
        for (int64_t o = 0; o < m_outer; ++o)
            for (int64_t i = 0; i < m_inner; ++i) {
                const int order = comparedElements((o * m_count + a) * m_inner + i,
                                                   (o * m_count + b) * m_inner + i);
                if (order != 0)
                    return order;
            }
        return 0;
    }

private:
    int comparedElements(int64_t a, int64_t b) const
    {
        if (m_x.dtype() == DType::String) {
            const int order = m_x.strings()[static_cast<size_t>(a)].compare(
                m_x.strings()[static_cast<size_t>(b)]);
            return (order > 0) - (order < 0);
        }
        if (integers.has(m_x.dtype())) {
            const int64_t left = m_x.integer(a), right = m_x.integer(b);
            return (left > right) - (left < right);
        }
        const double left = m_x.number(a), right = m_x.number(b);
        return (left > right) - (left < right);
    }

    const Tensor& m_x;
    int64_t m_count, m_inner, m_outer;
};

Tensors unique(const EvaluateCall& call)
{
    Result<AlongAxis> along = alongAxis(call);
    if (!along)
        return along.takeError();
    const auto& [x, axis] = *along;
    const Entries entries(x, axis);
    std::vector<int64_t> order(static_cast<size_t>(entries.count()));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return entries.compared(a, b) < 0; });
    struct Group {
        int64_t first;
        std::vector<int64_t> members;
    };
    std::vector<Group> groups;
    for (int64_t entry : order) {
        if (groups.empty() || entries.compared(groups.back().first, entry) != 0)
            groups.push_back({entry, {}});
        groups.back().members.push_back(entry);
    }
    if (call.attributes.integer("sorted", 1) == 0)
        std::sort(groups.begin(), groups.end(),
                  [](const Group& a, const Group& b) { return a.first < b.first; });
    std::vector<int64_t> firsts, counts, inverse(order.size());
    for (size_t n = 0; n < groups.size(); ++n) {
        firsts.push_back(groups[n].first);
        counts.push_back(static_cast<int64_t>(groups[n].members.size()));
        for (int64_t member : groups[n].members)
            inverse[static_cast<size_t>(member)] = static_cast<int64_t>(n);
    }
    Tensors y = taken(x, axis, firsts);
    if (!y)
        return y;
    return std::vector<Tensor>{y->front(), Tensor::ints(firsts), Tensor::ints(inverse),
                               Tensor::ints(counts)};
}

}

void registerDataSizedOps(OpRegistry& ops)
{
    ops.add({
        .name = "NonZero",
        .sinceOpset = 13,
        .doc = R"(Where the elements that are not zero stand.
            Shapes    X: any; Y: int64 [rank, n], n known from the elements alone
            Gradient  none: indices carry none
            Source    ONNX operator NonZero, opset 13)",
        .inputs = {{"X", anyDType}},
        .outputs = {{"Y", {DType::Int64}}},
        .evaluate = nonZero,
        .gradient = GradientRule::notDifferentiable("its result is indices"),
    });
    ops.add({
        .name = "Compress",
        .sinceOpset = 11,
        .doc = R"(The entries along `axis` (or of the flat operand) whose condition holds.
            Shapes    input: any; condition: bool [n]; output: as many entries as hold
            Gradient  dy to the entries that hold, zeros to the others
            Source    ONNX operator Compress, opset 11)",
        .inputs = {{"input", anyDType}, {"condition", booleans}},
        .outputs = {{"output", anyDType}},
        .shape = compressShape,
        .evaluate = compress,
        .gradient = compressGradient,
    });
    constexpr auto optional = Port::Arity::Optional;
    constexpr DTypeSet index{DType::Int64};
    ops.add({
        .name = "Unique",
        .sinceOpset = 11,
        .doc =
            R"(The different entries along `axis` (or of the flat operand), sorted or as they come.
            Shapes    Y: the different entries; indices, counts: [n]; inverse_indices: [entries]
            Gradient  none: which entries stay depends on all of them
            Source    ONNX operator Unique, opset 11)",
        .inputs = {{"X", anyDType}},
        .outputs = {{"Y", anyDType},
                    {"indices", index, optional},
                    {"inverse_indices", index, optional},
                    {"counts", index, optional}},
        .evaluate = unique,
        .gradient = GradientRule::notDifferentiable("which entries stay depends on all of them"),
    });
}

}
