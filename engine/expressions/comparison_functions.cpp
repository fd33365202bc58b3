// Comparisons, logic and choices.
#include "engine/expressions/function_call.h"

namespace backstep {

namespace {

template<char... symbol> PythonValue compared(FunctionCall& call)
{
    static constexpr char text[]{symbol..., 0};
    return call.operands().binary(text, call.at("x"), call.at("y"));
}

PythonValue both(FunctionCall& call)
{
    const Value x = call.condition("x"), y = call.condition("y");
    return x.isPresent() && y.isPresent() ? call.builder().add(std::string(call.op()), {x, y})
                                          : Value();
}

PythonValue inverted(FunctionCall& call)
{
    return node("Not", call.condition("x"));
}

PythonValue isFinite(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    return node("Not", node("Or", node("IsNaN", x), node("IsInf", x)));
}

Value chosen(FunctionCall& call, std::string_view yes, std::string_view no)
{
    const Value condition = call.condition("condition");
    const std::vector<Value> values = call.ofOneDType({yes, no});
    if (values.size() != 2 || !condition.isPresent())
        return Value();
    return call.builder().add("Where", {condition, values[0], values[1]});
}

PythonValue where(FunctionCall& call)
{
    if (call.isNone("x") || call.isNone("y"))
        return call.fail("where needs both values: where(condition, a, b)",
                         "where(condition) alone gives indices, whose number only a run knows.");
    return chosen(call, "x", "y");
}

PythonValue maskedFill(FunctionCall& call)
{
    return chosen(call, "value", "x");
}

constexpr FunctionEntry kComparisons[]{
    {"equal",
     "x, y",
     "equal: tf tf.math keras.ops np jnp; eq: torch jax.lax .",
     "true where x == y",
     "a boolean carries no gradient",
     {},
     compared<'=', '='>},
    {"not_equal",
     "x, y",
     "not_equal: tf tf.math keras.ops torch np jnp .; ne: torch jax.lax .",
     "true where x != y",
     "a boolean carries no gradient",
     {},
     compared<'!', '='>},
    {"less",
     "x, y",
     "less: tf tf.math keras.ops torch np jnp .; lt: torch jax.lax .",
     "true where x < y",
     "a boolean carries no gradient",
     {},
     compared<'<'>},
    {"less_equal",
     "x, y",
     "less_equal: tf tf.math keras.ops torch np jnp .; le: torch jax.lax .",
     "true where x <= y",
     "a boolean carries no gradient",
     {},
     compared<'<', '='>},
    {"greater",
     "x, y",
     "greater: tf tf.math keras.ops torch np jnp .; gt: torch jax.lax .",
     "true where x > y",
     "a boolean carries no gradient",
     {},
     compared<'>'>},
    {"greater_equal",
     "x, y",
     "greater_equal: tf tf.math keras.ops torch np jnp .; ge: torch jax.lax .",
     "true where x >= y",
     "a boolean carries no gradient",
     {},
     compared<'>', '='>},
    {"logical_and", "x, y", "logical_and: tf tf.math keras.ops torch np jnp .",
     "true where both hold", "a boolean carries no gradient", "And", both},
    {"logical_or", "x, y", "logical_or: tf tf.math keras.ops torch np jnp .",
     "true where one holds", "a boolean carries no gradient", "Or", both},
    {"logical_xor", "x, y", "logical_xor: tf.math keras.ops torch np jnp .",
     "true where exactly one holds", "a boolean carries no gradient", "Xor", both},
    {"logical_not",
     "x",
     "logical_not: tf tf.math keras.ops torch np jnp .",
     "true where x does not hold",
     "a boolean carries no gradient",
     {},
     inverted},
    {"isnan", "x", "isnan: keras.ops torch np jnp .; is_nan: tf.math", "true where x is NaN",
     "a boolean carries no gradient", "IsNaN"},
    {"isinf", "x", "isinf: keras.ops torch np jnp .; is_inf: tf.math", "true where x is infinite",
     "a boolean carries no gradient", "IsInf"},
    {"isfinite",
     "x",
     "isfinite: keras.ops torch np jnp .; is_finite: tf.math jax.lax",
     "true where x is a finite number",
     "a boolean carries no gradient",
     {},
     isFinite},
    {"where",
     "condition, x=None, y=None",
     "where: tf keras.ops np jnp torch(condition, input, other) .(x, condition, y); "
     "select: jax.lax(pred, on_true, on_false)",
     "x where the condition holds, else y",
     "dx = where(condition, d, 0), dy = where(condition, 0, d)",
     {},
     where},
    {"masked_fill",
     "x, condition, value",
     "masked_fill: torch(input, mask, value) .(self, mask, value)",
     "x, and value where the mask holds",
     "dx = where(mask, 0, dy)",
     {},
     maskedFill},
};

}

std::span<const FunctionEntry> comparisonFunctions()
{
    return kComparisons;
}

}
