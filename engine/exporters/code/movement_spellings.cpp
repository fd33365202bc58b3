// Operators that move elements, as TensorFlow, PyTorch and JAX write them.
#include "engine/exporters/code/op_spelling.h"

#include <fmt/format.h>

#include <numeric>

namespace backstep {

namespace {

using Words = Result<CodeWords>;

Words resultShape(const CodeNode& code)
{
    CodeWords words;
    words.shape = code.result().shape;
    return words;
}

/// Removing axes of size 1 holds for every size of the others.
Words reshaped(const CodeNode& code)
{
    const Shape &from = code.shape(0), &to = code.result().shape;
    std::vector<int64_t> removed;
    int next = 0;
    for (int axis = 0; axis < from.rank(); ++axis)
        if (next < to.rank() && from[axis] == to[next])
            ++next;
        else if (from[axis] == 1)
            removed.push_back(axis);
        else
            return resultShape(code);
    if (next != to.rank() || removed.empty())
        return resultShape(code);
    CodeWords words;
    words.pattern = "{0}";
    const char* form = code.framework == Framework::TensorFlow ? "tf.squeeze({}, axis={})"
                       : code.framework == Framework::PyTorch  ? "torch.squeeze({}, dim={})"
                                                               : "jnp.squeeze({}, axis={})";
    for (auto axis = removed.rbegin(); axis != removed.rend(); ++axis) // the others keep places
        words.pattern = fmt::format(fmt::runtime(form), words.pattern, *axis);
    return words;
}

/// Each axis is where it will be in the result.
Words axesInserted(const CodeNode& code)
{
    const Tensor* given = code.content(1);
    std::vector<int64_t> axes = given ? given->integers() : code.node.attributes.integers("axes");
    const int rank = code.result().shape.rank();
    for (int64_t& axis : axes)
        axis += axis < 0 ? rank : 0;
    std::sort(axes.begin(), axes.end());
    const char* form = code.framework == Framework::TensorFlow ? "tf.expand_dims({}, axis={})"
                       : code.framework == Framework::PyTorch  ? "torch.unsqueeze({}, dim={})"
                                                               : "jnp.expand_dims({}, axis={})";
    CodeWords words;
    words.pattern = "{0}";
    for (const int64_t axis : axes)
        words.pattern = fmt::format(fmt::runtime(form), words.pattern, axis);
    return words;
}

Words transposed(const CodeNode& code)
{
    std::vector<int64_t> order = code.node.attributes.integers("perm");
    const auto rank = static_cast<size_t>(code.shape(0).rank());
    if (order.empty()) {
        order.resize(rank);
        std::iota(order.rbegin(), order.rend(), 0);
    }
    std::vector<int64_t> lastTwo(rank);
    std::iota(lastTwo.begin(), lastTwo.end(), 0);
    CodeWords words;
    words.texts = {{"perm", tupleText(order)}};
    if (rank < 2)
        return words;
    std::swap(lastTwo[rank - 1], lastTwo[rank - 2]);
    constexpr std::array<std::string_view, 3> matrix{"tf.linalg.matrix_transpose({0})",
                                                     "torch.transpose({0}, -1, -2)",
                                                     "jnp.swapaxes({0}, -1, -2)"};
    if (order == lastTwo)
        words.pattern = rank == 2 && code.framework != Framework::TensorFlow
                            ? "{0}.T"
                            : matrix[static_cast<size_t>(code.framework)];
    return words;
}

Words joined(const CodeNode& code)
{
    return CodeWords{
        {{"axis", std::to_string(code.fromEnd(code.node.attributes.integer("axis", 0)))}}};
}

/// The sizes of the parts, and where all but the first begin.
Words split(const CodeNode& code)
{
    const int64_t axis = code.fromEnd(code.node.attributes.integer("axis", 0));
    std::vector<std::string> sizes, starts;
    int64_t start = 0;
    for (const ValueId output : code.node.outputs) {
        const int64_t size = code.graph.value(output).type.shape.back(static_cast<int>(-axis - 1));
        sizes.push_back(std::to_string(size));
        if (start > 0)
            starts.push_back(std::to_string(start));
        start += size;
    }
    return CodeWords{{{"axis", std::to_string(axis)},
                      {"sizes", "[" + commaText(sizes) + "]"},
                      {"starts", "[" + commaText(starts) + "]"}}};
}

struct Cut {
    int64_t start, end, step;
};

/// "1:3", ":", "::2" as Python has it.
std::string cutText(const Cut& cut, int64_t size)
{
    const bool isForward = cut.step > 0;
    const int64_t first = isForward ? 0 : size - 1, behind = isForward ? size : -1;
    std::string text = cut.start == first ? "" : std::to_string(cut.start);
    text += ":";
    text += cut.end == behind ? "" : std::to_string(cut.end);
    return cut.step == 1 ? text : text + ":" + std::to_string(cut.step);
}

int64_t clampedPlace(int64_t place, int64_t size, int64_t low, int64_t high)
{
    return std::clamp(place < 0 ? place + size : place, low, high);
}

Words sliced(const CodeNode& code)
{
    for (const size_t input : {1u, 2u, 3u, 4u})
        if (code.has(input) && !code.content(input))
            return Error{"no-spelling", "its limits are known at run time only"};
    const std::vector<int64_t> starts = code.content(1)->integers(),
                               ends = code.content(2)->integers();
    std::vector<int64_t> axes(starts.size()), steps(starts.size(), 1);
    std::iota(axes.begin(), axes.end(), 0);
    if (code.has(3))
        axes = code.content(3)->integers();
    if (code.has(4))
        steps = code.content(4)->integers();
    const Shape& shape = code.shape(0);
    std::vector<std::string> cuts(static_cast<size_t>(shape.rank()), ":");
    std::vector<std::string> flipped;
    for (size_t i = 0; i < starts.size(); ++i) {
        const auto axis = static_cast<int>(axes[i] < 0 ? axes[i] + shape.rank() : axes[i]);
        const int64_t size = shape[axis];
        const bool isForward = steps[i] > 0;
        const Cut cut{clampedPlace(starts[i], size, 0, isForward ? size : size - 1),
                      ends[i] < -size && !isForward
                          ? -1
                          : clampedPlace(ends[i], size, isForward ? 0 : -1, size),
                      steps[i]};
        cuts[static_cast<size_t>(axis)] = cutText(cut, size);
        if (!isForward && code.framework == Framework::PyTorch) {
            if (cutText(cut, size) != "::-1")
                return Error{"no-spelling", "PyTorch has no slices with a negative step"};
            cuts[static_cast<size_t>(axis)] = ":";
            flipped.push_back(std::to_string(axis));
        }
    }
    while (!cuts.empty() && cuts.back() == ":")
        cuts.pop_back();
    CodeWords words;
    words.pattern = cuts.empty() ? "{0}" : "{0}[" + commaText(cuts) + "]";
    if (!flipped.empty())
        words.pattern = "torch.flip(" + words.pattern + ", dims=" + tupleText(flipped) + ")";
    return words;
}

constexpr OpSpelling kRows[]{
    {"Reshape",
     {"tf.reshape({0}, {shape})", "{0}.reshape({shape})", "{0}.reshape({shape})"},
     reshaped},
    {"Flatten",
     {"tf.reshape({0}, {shape})", "{0}.reshape({shape})", "{0}.reshape({shape})"},
     resultShape},
    {"Squeeze",
     {"tf.reshape({0}, {shape})", "{0}.reshape({shape})", "{0}.reshape({shape})"},
     reshaped},
    {"Unsqueeze", {}, axesInserted},
    {"Expand",
     {"tf.broadcast_to({0}, {shape})", "torch.broadcast_to({0}, {shape})",
      "jnp.broadcast_to({0}, {shape})"},
     resultShape},
    {"Transpose",
     {"tf.transpose({0}, perm={perm})", "torch.permute({0}, {perm})", "jnp.transpose({0}, {perm})"},
     transposed},
    {"Concat",
     {"tf.concat([{all}], axis={axis})", "torch.cat([{all}], dim={axis})",
      "jnp.concatenate([{all}], axis={axis})"},
     joined},
    {"Split",
     {"tf.split({0}, {sizes}, axis={axis})", "torch.split({0}, {sizes}, dim={axis})",
      "jnp.split({0}, {starts}, axis={axis})"},
     split},
    {"Slice", {}, sliced},
};

}

std::span<const OpSpelling> movementSpellings()
{
    return kRows;
}

}
