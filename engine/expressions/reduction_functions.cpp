// Reductions and running sums along axes.
#include "engine/expressions/function_call.h"
#include "engine/ops/function_builder.h"

#include <cmath>

namespace backstep {

namespace {

/// The axes of `axis` (None: all) reduced by one operator; they stay as size 1 with keepdims.
Value reducedBy(FunctionCall& call, const std::string& op, const Value& x)
{
    if (!x.isPresent())
        return x;
    return reduced(op, x, call.axes("axis", x.shape().rank()), call.flag("keepdims"));
}

PythonValue reduction(FunctionCall& call)
{
    return reducedBy(call, std::string(call.op()), call.floatingTensor("x"));
}

/// torch.max and torch.min: of two tensors, of all elements, or values and indices along an axis.
PythonValue extremum(FunctionCall& call)
{
    const std::string op(call.op());
    const Value x = call.floatingTensor("x");
    if (call.at("axis").as<Value>()) {
        const std::vector<Value> both = call.ofOneDType({"x", "axis"});
        return node(op == "ReduceMax" ? "Max" : "Min", both[0], both[1]);
    }
    const Value values = reducedBy(call, op, x);
    if (call.isNone("axis") || !x.isPresent())
        return values;
    const int64_t axis = call.axis("axis", x.shape().rank());
    const Value indices =
        call.builder().add(op == "ReduceMax" ? "ArgMax" : "ArgMin", {x},
                           {{"axis", axis}, {"keepdims", int64_t{call.flag("keepdims")}}});
    return PythonTuple{{values, indices}};
}

PythonValue truthReduction(FunctionCall& call)
{
    return reducedBy(call, std::string(call.op()), call.condition("x"));
}

Value variance(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    const std::vector<int64_t> axes = call.axes("axis", x.shape().rank());
    const Value distance = x - reduced("ReduceMean", x, axes);
    const Value sum = reduced("ReduceSum", distance * distance, axes, call.flag("keepdims"));
    double count = -(call.isNone("correction") ? 0 : call.number("correction"));
    if (const bool* isUnbiased = call.at("unbiased").as<bool>())
        count = *isUnbiased ? -1 : 0;
    int64_t elements = 1;
    for (const int64_t axis : axes)
        elements *= x.shape()[static_cast<int>(axis)];
    return sum / (count + static_cast<double>(elements));
}

PythonValue norm(FunctionCall& call)
{
    const PythonValue& order = call.at("ord");
    const std::string* word = order.as<std::string>();
    const PythonNumber* number = order.as<PythonNumber>();
    if (order.isNone() || (word && (*word == "euclidean" || *word == "fro")) ||
        (number && number->value == 2))
        return reducedBy(call, "ReduceL2", call.floatingTensor("x"));
    if (number && number->value == 1)
        return reducedBy(call, "ReduceL1", call.floatingTensor("x"));
    if (number && std::isinf(number->value) && number->value > 0)
        return reducedBy(call, "ReduceMax", node("Abs", call.floatingTensor("x")));
    return call.fail("A norm of this order is not read; expected 1, 2 or inf",
                     "Write sum(abs(x)**p)**(1 / p).");
}

PythonValue runningSum(FunctionCall& call)
{
    Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    GraphBuilder& b = call.builder();
    const bool isFlat = call.isNone("axis");
    if (isFlat)
        x = reshape(x, {x.shape().count()});
    const int64_t axis = isFlat ? 0 : call.axis("axis", x.shape().rank());
    return b.add("CumSum", {x, b.constant(Tensor::scalar(static_cast<double>(axis), DType::Int64))},
                 {{"exclusive", int64_t{call.flag("exclusive")}},
                  {"reverse", int64_t{call.flag("reverse")}}});
}

PythonValue indexOfExtremum(FunctionCall& call)
{
    Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    const bool isFlat = call.isNone("axis");
    if (isFlat)
        x = reshape(x, {x.shape().count()});
    const int64_t axis = isFlat ? 0 : call.axis("axis", x.shape().rank());
    const bool keeps = !isFlat && call.flag("keepdims");
    return call.builder().add(std::string(call.op()), {x},
                              {{"axis", axis}, {"keepdims", int64_t{keeps}}});
}

constexpr FunctionEntry kReductions[]{
    {"sum", "x, axis=None, keepdims=False", "sum: keras.ops torch np jnp .; reduce_sum: tf tf.math",
     "sum along axes", "dx = dy broadcast back", "ReduceSum", reduction},
    {"mean", "x, axis=None, keepdims=False",
     "mean: keras.ops torch np jnp .; reduce_mean: tf tf.math", "mean along axes",
     "dx = dy / count, broadcast back", "ReduceMean", reduction},
    {"prod", "x, axis=None, keepdims=False",
     "prod: keras.ops torch np jnp .; reduce_prod: tf tf.math", "product along axes",
     "dx = dy * product of the other elements", "ReduceProd", reduction},
    {"amax", "x, axis=None, keepdims=False",
     "amax: torch np jnp keras.ops .; max: keras.ops np jnp; reduce_max: tf tf.math",
     "largest element along axes", "dx = dy shared by the elements that equal y", "ReduceMax",
     reduction},
    {"amin", "x, axis=None, keepdims=False",
     "amin: torch np jnp keras.ops .; min: keras.ops np jnp; reduce_min: tf tf.math",
     "smallest element along axes", "dx = dy shared by the elements that equal y", "ReduceMin",
     reduction},
    {"max", "x, axis=None, keepdims=False", "max: torch .",
     "largest element; with dim also its index; of two tensors the larger",
     "dx = dy at the largest element", "ReduceMax", extremum},
    {"min", "x, axis=None, keepdims=False", "min: torch .",
     "smallest element; with dim also its index; of two tensors the smaller",
     "dx = dy at the smallest element", "ReduceMin", extremum},
    {"any", "x, axis=None, keepdims=False", "any: keras.ops torch np jnp .; reduce_any: tf tf.math",
     "true where one element is true", "a boolean carries no gradient", "ReduceMax",
     truthReduction},
    {"all", "x, axis=None, keepdims=False", "all: keras.ops torch np jnp .; reduce_all: tf tf.math",
     "true where all elements are true", "a boolean carries no gradient", "ReduceMin",
     truthReduction},
    {"var",
     "x, axis=None, keepdims=False, correction=None, unbiased=None",
     "var: keras.ops(x, axis=None, keepdims=False) np(a, axis=None, ddof=0, keepdims=False) "
     "jnp(a, axis=None, ddof=0, keepdims=False) "
     "torch(input, dim=None, unbiased=True, keepdim=False, correction=1) "
     ".(self, dim=None, unbiased=True, keepdim=False, correction=1); "
     "reduce_variance: tf.math(input_tensor, axis=None, keepdims=False)",
     "variance along axes",
     "dx = dy * 2 * (x - mean(x)) / count",
     {},
     [](FunctionCall& call) -> PythonValue { return variance(call); }},
    {"std",
     "x, axis=None, keepdims=False, correction=None, unbiased=None",
     "std: keras.ops(x, axis=None, keepdims=False) np(a, axis=None, ddof=0, keepdims=False) "
     "jnp(a, axis=None, ddof=0, keepdims=False) "
     "torch(input, dim=None, unbiased=True, keepdim=False, correction=1) "
     ".(self, dim=None, unbiased=True, keepdim=False, correction=1); "
     "reduce_std: tf.math(input_tensor, axis=None, keepdims=False)",
     "standard deviation along axes",
     "dx = dy * (x - mean(x)) / (count * std(x))",
     {},
     [](FunctionCall& call) -> PythonValue { return node("Sqrt", variance(call)); }},
    {"logsumexp", "x, axis=None, keepdims=False",
     "logsumexp: keras.ops torch torch.special jax.nn scipy.special .; "
     "reduce_logsumexp: tf tf.math",
     "log of the sum of exp(x) along axes", "dx = dy * softmax(x)", "ReduceLogSumExp", reduction},
    {"norm",
     "x, ord=None, axis=None, keepdims=False",
     "norm: tf(tensor, ord='euclidean', axis=None, keepdims=False) keras.ops "
     "torch(input, p='fro', dim=None, keepdim=False) torch.linalg np.linalg jnp.linalg "
     ".(self, p='fro', dim=None, keepdim=False)",
     "length of a vector: 2-norm, or 1 and inf",
     "dx = dy * x / norm(x)",
     {},
     norm},
    {"cumsum",
     "x, axis=None, exclusive=False, reverse=False",
     "cumsum: tf(x, axis=0, exclusive=False, reverse=False) "
     "tf.math(x, axis=0, exclusive=False, reverse=False) keras.ops(x, axis=None) "
     "torch(input, dim) np(a, axis=None) jnp(a, axis=None) .(self, dim)",
     "running sum along an axis",
     "dx = running sum of dy from the other end",
     {},
     runningSum},
    {"argmax", "x, axis=None, keepdims=False",
     "argmax: tf(input, axis=0) tf.math(input, axis=0) keras.ops torch np jnp .",
     "index of the largest element", "an index carries no gradient", "ArgMax", indexOfExtremum},
    {"argmin", "x, axis=None, keepdims=False",
     "argmin: tf(input, axis=0) tf.math(input, axis=0) keras.ops torch np jnp .",
     "index of the smallest element", "an index carries no gradient", "ArgMin", indexOfExtremum},
};

}

std::span<const FunctionEntry> reductionFunctions()
{
    return kReductions;
}

}
