// Casts, functions that give back what they get, and what is known of a tensor without its values.
#include "engine/expressions/function_call.h"
#include "engine/expressions/spellings.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/stop_gradient.h"

#include <cmath>
#include <limits>

namespace backstep {

namespace {

PythonValue cast(FunctionCall& call)
{
    const PythonValue& asked = call.at("dtype");
    const Value x = call.tensor("x");
    if (const Value* like = asked.as<Value>()) // x.type_as(y), x.to(y)
        return castTo(x, like->dtype());
    if (const std::string* word = asked.as<std::string>(); word && *word == "device")
        return x;
    const DType* dtype = asked.as<DType>();
    if (const std::string* word = asked.as<std::string>())
        if (const std::optional<DType> named = pythonDType(*word))
            return call.operands().cast(x, *named);
    if (!dtype)
        return call.fail("A cast wants a dtype and got " + described(asked),
                         "Write x.dtype, tf.float32, torch.float32 or jnp.float32.");
    return call.operands().cast(x, *dtype);
}

template<DType dtype> PythonValue castAs(FunctionCall& call)
{
    // Of a number: the number, as `np.float32(0.5)` is used.
    if (call.at("x").as<PythonNumber>())
        return call.at("x");
    return call.operands().cast(call.tensor("x"), dtype);
}

/// Python's float and int, of what is known without running.
PythonValue pythonNumber(FunctionCall& call)
{
    const PythonValue& value = call.at("value");
    const bool isInteger = call.name() == "int";
    if (const std::string* word = value.as<std::string>(); word && !isInteger)
        if (*word == "inf" || *word == "-inf")
            return PythonNumber{(*word == "inf" ? 1 : -1) * std::numeric_limits<double>::infinity(),
                                false};
    if (value.as<Value>())
        return call.fail(std::string(call.name()) + " of a tensor is known only in a run",
                         "Leave it out, or write a cast.");
    const double number = call.number("value");
    return PythonNumber{isInteger ? std::trunc(number) : number, isInteger};
}

PythonValue lengthOf(FunctionCall& call)
{
    if (const PythonTuple* tuple = call.at("value").as<PythonTuple>())
        return integerValue(static_cast<int64_t>(tuple->items.size()));
    const Value x = call.tensor("value");
    return x.isPresent() && x.shape().rank() > 0 ? integerValue(x.shape()[0])
                                                 : PythonValue(call.fail("len wants an axis"));
}

PythonValue tupleFrom(FunctionCall& call)
{
    if (call.at("value").as<PythonTuple>())
        return call.at("value");
    return call.fail("tuple of " + described(call.at("value")) + " is not read");
}

PythonValue same(FunctionCall& call)
{
    return call.at("x");
}

/// In a gradient nothing flows on, so x is x; in a forward it cuts.
PythonValue stopped(FunctionCall& call)
{
    const Value* x = call.at("x").as<Value>();
    return call.operands().isForward() && x && isFloating(x->dtype()) ? withoutGradient(*x)
                                                                      : call.at("x");
}

PythonValue shapeOf(FunctionCall& call)
{
    const Value x = call.tensor("x");
    if (!x.isPresent())
        return x;
    if (!call.isNone("axis"))
        return integerValue(x.shape()[static_cast<int>(call.axis("axis", x.shape().rank()))]);
    return tupleOf(x.shape().sizes());
}

PythonValue elementCount(FunctionCall& call)
{
    const Value x = call.tensor("x");
    return x.isPresent() ? integerValue(x.shape().count()) : PythonValue(x);
}

PythonValue rankOf(FunctionCall& call)
{
    const Value x = call.tensor("x");
    return x.isPresent() ? integerValue(x.shape().rank()) : PythonValue(x);
}

constexpr std::string_view kNone = "a constant carries no gradient";

constexpr FunctionEntry kConversions[]{
    {"float", "value", "float: python", "a number with a fraction", kNone, {}, pythonNumber},
    {"int", "value", "int: python", "a number without its fraction", kNone, {}, pythonNumber},
    {"len", "value", "len: python", "how many items", kNone, {}, lengthOf},
    {"tuple",
     "value",
     "tuple: python; list: python",
     "the items as they are",
     kNone,
     {},
     tupleFrom},
    {"cast",
     "x, dtype",
     "cast: tf keras.ops; astype: jnp .; to: .; type: .; type_as: .(self, other); "
     "convert_element_type: jax.lax(operand, new_dtype)",
     "in another dtype",
     "dx = dy in the dtype of x",
     {},
     cast},
    {"float32",
     "x",
     "float32: np jnp; float: .",
     "as float32",
     "dx = dy",
     {},
     castAs<DType::Float32>},
    {"float64",
     "x",
     "float64: np jnp; double: .",
     "as float64",
     "dx = dy",
     {},
     castAs<DType::Float64>},
    {"float16",
     "x",
     "float16: np jnp; half: .",
     "as float16",
     "dx = dy",
     {},
     castAs<DType::Float16>},
    {"bfloat16", "x", "bfloat16: jnp .", "as bfloat16", "dx = dy", {}, castAs<DType::BFloat16>},
    {"int32",
     "x",
     "int32: np jnp; int: .",
     "as int32: the fraction is cut off",
     "an integer carries no gradient",
     {},
     castAs<DType::Int32>},
    {"int64",
     "x",
     "int64: np jnp; long: .",
     "as int64: the fraction is cut off",
     "an integer carries no gradient",
     {},
     castAs<DType::Int64>},
    {"bool",
     "x",
     "bool: .",
     "true where x is not 0",
     "a boolean carries no gradient",
     {},
     castAs<DType::Bool>},
    {"stop_gradient",
     "x",
     "stop_gradient: tf keras.ops jax.lax; detach: torch .",
     "x, without a gradient behind it",
     "none, on purpose",
     {},
     stopped},
    {"identity",
     "x",
     "identity: tf; clone: torch .; contiguous: .; copy: np jnp keras.ops .; cpu: .; cuda: .; "
     "positive: np jnp torch .; requires_grad_: .; real: tf.math keras.ops np jnp",
     "x as it is",
     "dx = dy",
     {},
     same},
    {"shape",
     "x, axis=None",
     "shape: tf(input) keras.ops(x) np(a) jnp(a); size: .(self, dim=None)",
     "the sizes of x",
     kNone,
     {},
     shapeOf},
    {"size",
     "x",
     "size: tf keras.ops np jnp; numel: torch .",
     "how many elements x has",
     kNone,
     {},
     elementCount},
    {"rank",
     "x",
     "rank: tf; ndim: np jnp keras.ops; dim: .",
     "how many axes x has",
     kNone,
     {},
     rankOf},
};

}

std::span<const FunctionEntry> conversionFunctions()
{
    return kConversions;
}

}
