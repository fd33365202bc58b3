// Operators that look elements up by index, as TensorFlow, PyTorch and JAX write them.
#include "engine/exporters/code/op_spelling.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using Words = Result<CodeWords>;

Words gathered(const CodeNode& code)
{
    const int64_t axis = code.node.attributes.integer("axis", 0);
    const int64_t place = axis < 0 ? axis + code.shape(0).rank() : axis;
    std::string before;
    for (int64_t i = 0; i < place; ++i)
        before += ":, ";
    return CodeWords{{{"axis", std::to_string(place)}, {"before", before}}};
}

Words alongAxis(const CodeNode& code)
{
    const int64_t axis = code.fromEnd(code.node.attributes.integer("axis", 0));
    return CodeWords{{{"axis", std::to_string(axis)}}};
}

Words atPlaces(const CodeNode& code)
{
    if (code.node.attributes.integer("batch_dims", 0) != 0)
        return Error{"no-spelling", "its indices are batched"};
    return CodeWords{};
}

/// What happens to an element that is there: nothing is kept of it, or it is added to.
bool addsUp(const CodeNode& code)
{
    return code.node.attributes.text("reduction", "none") == "add";
}

Words scattered(const CodeNode& code)
{
    const std::string reduction = code.node.attributes.text("reduction", "none");
    if (reduction != "none" && reduction != "add")
        return Error{"no-spelling", fmt::format("its reduction is '{}'", reduction)};
    return alongAxis(code);
}

Words scatteredAlongAxis(const CodeNode& code)
{
    Words words = scattered(code);
    if (!words)
        return words;
    if (code.framework == Framework::TensorFlow)
        return Error{"no-spelling", "TensorFlow scatters whole slices alone"};
    if (code.framework == Framework::Jax && addsUp(code))
        return Error{"no-spelling", "jnp.put_along_axis does not add up"};
    words->pattern = code.framework == Framework::Jax
                         ? "jnp.put_along_axis({0}, {1}, {2}, axis={axis}, inplace=False)"
                     : addsUp(code) ? "torch.scatter_add({0}, {axis}, {1}, {2})"
                                    : "torch.scatter({0}, {axis}, {1}, {2})";
    return words;
}

Words scatteredAtPlaces(const CodeNode& code)
{
    Words words = scattered(code);
    if (!words)
        return words;
    constexpr std::array<std::string_view, 3> replaced{
        "tf.tensor_scatter_nd_update({0}, {1}, {2})",
        "torch.index_put({0}, tuple({1}.unbind(-1)), {2})",
        "{0}.at[tuple(jnp.moveaxis({1}, -1, 0))].set({2})"};
    constexpr std::array<std::string_view, 3> added{
        "tf.tensor_scatter_nd_add({0}, {1}, {2})",
        "torch.index_put({0}, tuple({1}.unbind(-1)), {2}, accumulate=True)",
        "{0}.at[tuple(jnp.moveaxis({1}, -1, 0))].add({2})"};
    words->pattern = (addsUp(code) ? added : replaced)[static_cast<size_t>(code.framework)];
    return words;
}

constexpr OpSpelling kRows[]{
    {"Gather",
     {"tf.gather({0}, {1#}, axis={axis})", "{0}[{before}{1#}]", "jnp.take({0}, {1#}, axis={axis})"},
     gathered},
    {"GatherElements",
     {"tf.experimental.numpy.take_along_axis({0}, {1}, axis={axis})",
      "torch.gather({0}, {axis}, {1})", "jnp.take_along_axis({0}, {1}, axis={axis})"},
     alongAxis},
    {"GatherND",
     {"tf.gather_nd({0}, {1})", "{0}[tuple({1}.unbind(-1))]",
      "{0}[tuple(jnp.moveaxis({1}, -1, 0))]"},
     atPlaces},
    {"ScatterElements", {}, scatteredAlongAxis},
    {"ScatterND", {}, scatteredAtPlaces},
};

}

std::span<const OpSpelling> gatherSpellings()
{
    return kRows;
}

}
