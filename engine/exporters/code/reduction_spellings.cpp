// Operators over whole axes, as TensorFlow, PyTorch and JAX write them.
#include "engine/exporters/code/op_spelling.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

using Words = Result<CodeWords>;

std::string flagText(bool is)
{
    return is ? "True" : "False";
}

/// The axes that are reduced, from the front; all of them where none are named.
std::vector<int64_t> reducedAxes(const CodeNode& code)
{
    const Tensor* given = code.content(1);
    std::vector<int64_t> axes = given ? given->integers() : code.node.attributes.integers("axes");
    const int rank = code.shape(0).rank();
    for (int64_t& axis : axes)
        axis += axis < 0 ? rank : 0;
    std::sort(axes.begin(), axes.end());
    if (axes.empty() && code.node.attributes.integer("noop_with_empty_axes", 0) == 0)
        for (int axis = 0; axis < rank; ++axis)
            axes.push_back(axis);
    return axes;
}

bool keepsDims(const CodeNode& code)
{
    return code.node.attributes.integer("keepdims", 1) != 0;
}

Words reduction(const CodeNode& code)
{
    if (code.has(1) && !code.content(1))
        return Error{"no-spelling", "its axes are known at run time only"};
    std::vector<int64_t> axes = reducedAxes(code);
    CodeWords words;
    if (axes.empty())
        words.pattern = "{0}";
    for (int64_t& axis : axes)
        axis = code.fromEnd(axis);
    words.texts = {{"axes", axes.size() == 1 ? std::to_string(axes[0]) : tupleText(axes)},
                   {"keepdims", flagText(keepsDims(code))}};
    return words;
}

/// torch.prod takes one axis at a time: the last one first, so that the others keep their places.
Words product(const CodeNode& code)
{
    Words words = reduction(code);
    if (!words || code.framework != Framework::PyTorch || !words->pattern.empty())
        return words;
    std::vector<int64_t> axes = reducedAxes(code);
    words->pattern = "{0}";
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis)
        words->pattern = fmt::format("torch.prod({}, dim={}, keepdim={})", words->pattern, *axis,
                                     flagText(keepsDims(code)));
    return words;
}

Words lastAxis(const CodeNode& code)
{
    const int64_t axis = code.node.attributes.integer("axis", -1);
    return CodeWords{{{"axis", std::to_string(code.fromEnd(axis))}}};
}

Words argument(const CodeNode& code)
{
    if (code.node.attributes.integer("select_last_index", 0) != 0)
        return Error{"no-spelling", "the last of several equal elements is asked for"};
    const int64_t axis = code.fromEnd(code.node.attributes.integer("axis", 0));
    CodeWords words;
    words.texts = {{"axis", std::to_string(axis)}, {"keepdims", flagText(keepsDims(code))}};
    if (code.framework == Framework::TensorFlow && keepsDims(code))
        words.pattern = fmt::format("tf.expand_dims(tf.{}({{0}}, axis={}), {})",
                                    code.node.op.is("ArgMax") ? "argmax" : "argmin", axis, axis);
    return words;
}

/// With `exclusive` an element does not count itself, with `reverse` the sum begins at the end.
Words runningSum(const CodeNode& code)
{
    const Tensor* given = code.content(1);
    if (!given)
        return Error{"no-spelling", "its axis is known at run time only"};
    const int64_t axis = code.fromEnd(given->integer(0));
    const bool isExclusive = code.node.attributes.integer("exclusive", 0) != 0;
    const bool isReverse = code.node.attributes.integer("reverse", 0) != 0;
    CodeWords words;
    if (code.framework == Framework::TensorFlow) {
        words.pattern =
            fmt::format("tf.cumsum({{0}}, axis={}{}{})", axis,
                        isExclusive ? ", exclusive=True" : "", isReverse ? ", reverse=True" : "");
        return words;
    }
    const bool isTorch = code.framework == Framework::PyTorch;
    const auto flipped = [&](const std::string& x) {
        return isTorch ? fmt::format("torch.flip({}, dims=({},))", x, axis)
                       : fmt::format("jnp.flip({}, axis={})", x, axis);
    };
    const auto summed = [&](const std::string& x) {
        return isTorch ? fmt::format("torch.cumsum({}, dim={})", x, axis)
                       : fmt::format("jnp.cumsum({}, axis={})", x, axis);
    };
    words.pattern = isReverse ? flipped(summed(flipped("{0}"))) : summed("{0}");
    if (isExclusive)
        words.pattern += " - {0}";
    return words;
}

Words largest(const CodeNode& code)
{
    const Tensor* count = code.content(1);
    const bool isLargest = code.node.attributes.integer("largest", 1) != 0;
    const int64_t axis = code.fromEnd(code.node.attributes.integer("axis", -1));
    if (!count)
        return Error{"no-spelling", "how many it takes is known at run time only"};
    if (code.framework != Framework::PyTorch && (axis != -1 || !isLargest))
        return Error{"no-spelling", "top_k is there for the largest along the last axis alone"};
    return CodeWords{{{"k", std::to_string(count->integer(0))},
                      {"axis", std::to_string(axis)},
                      {"largest", flagText(isLargest)}}};
}

constexpr OpSpelling kRows[]{
    {"ReduceSum",
     {"tf.reduce_sum({0}, axis={axes}, keepdims={keepdims})",
      "torch.sum({0}, dim={axes}, keepdim={keepdims})",
      "jnp.sum({0}, axis={axes}, keepdims={keepdims})"},
     reduction},
    {"ReduceMean",
     {"tf.reduce_mean({0}, axis={axes}, keepdims={keepdims})",
      "torch.mean({0}, dim={axes}, keepdim={keepdims})",
      "jnp.mean({0}, axis={axes}, keepdims={keepdims})"},
     reduction},
    {"ReduceMax",
     {"tf.reduce_max({0}, axis={axes}, keepdims={keepdims})",
      "torch.amax({0}, dim={axes}, keepdim={keepdims})",
      "jnp.max({0}, axis={axes}, keepdims={keepdims})"},
     reduction},
    {"ReduceMin",
     {"tf.reduce_min({0}, axis={axes}, keepdims={keepdims})",
      "torch.amin({0}, dim={axes}, keepdim={keepdims})",
      "jnp.min({0}, axis={axes}, keepdims={keepdims})"},
     reduction},
    {"ReduceProd",
     {"tf.reduce_prod({0}, axis={axes}, keepdims={keepdims})", "",
      "jnp.prod({0}, axis={axes}, keepdims={keepdims})"},
     product},
    {"Softmax",
     {"tf.nn.softmax({0}, axis={axis})", "torch.softmax({0}, dim={axis})",
      "jax.nn.softmax({0}, axis={axis})"},
     lastAxis},
    {"LogSoftmax",
     {"tf.nn.log_softmax({0}, axis={axis})", "torch.log_softmax({0}, dim={axis})",
      "jax.nn.log_softmax({0}, axis={axis})"},
     lastAxis},
    {"Hardmax",
     {"tf.one_hot(tf.argmax({0}, axis={axis}), tf.shape({0})[{axis}], axis={axis}, "
      "dtype={0}.dtype)",
      "torch.zeros_like({0}).scatter({axis}, {0}.argmax({axis}, keepdim=True), 1.0)",
      "jax.nn.one_hot(jnp.argmax({0}, axis={axis}), {0}.shape[{axis}], axis={axis}, "
      "dtype={0}.dtype)"},
     lastAxis},
    {"ArgMax",
     {"tf.argmax({0}, axis={axis})", "torch.argmax({0}, dim={axis}, keepdim={keepdims})",
      "jnp.argmax({0}, axis={axis}, keepdims={keepdims})"},
     argument},
    {"ArgMin",
     {"tf.argmin({0}, axis={axis})", "torch.argmin({0}, dim={axis}, keepdim={keepdims})",
      "jnp.argmin({0}, axis={axis}, keepdims={keepdims})"},
     argument},
    {"CumSum", {}, runningSum},
    {"TopK",
     {"tf.math.top_k({0}, k={k})", "torch.topk({0}, {k}, dim={axis}, largest={largest})",
      "jax.lax.top_k({0}, {k})"},
     largest},
};

}

std::span<const OpSpelling> reductionSpellings()
{
    return kRows;
}

}
