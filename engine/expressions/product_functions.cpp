// Products of vectors and matrices.
#include "engine/expressions/function_call.h"
#include "engine/ops/einsum.h"
#include "engine/ops/function_builder.h"

namespace backstep {

namespace {

/// The last two axes exchanged.
Value turned(const Value& x)
{
    if (!x.isPresent() || x.shape().rank() < 2)
        return x;
    std::vector<int64_t> order = axesFrom(0, x.shape().rank());
    std::swap(order.back(), order[order.size() - 2]);
    return transpose(x, order);
}

PythonValue matmul(FunctionCall& call)
{
    std::vector<Value> both = call.ofOneDType({"a", "b"});
    if (both.size() != 2)
        return Value();
    const bool turnsA = call.flag("transpose_a"), turnsB = call.flag("transpose_b");
    return node("MatMul", turnsA ? turned(both[0]) : both[0], turnsB ? turned(both[1]) : both[1]);
}

/// numpy.dot is a matrix product up to rank 2, and a product with a number.
PythonValue dot(FunctionCall& call)
{
    const std::vector<Value> both = call.ofOneDType({"a", "b"});
    if (both.size() != 2 || !both[0].isPresent() || !both[1].isPresent())
        return Value();
    const int rank = std::max(both[0].shape().rank(), both[1].shape().rank());
    if (both[0].shape().rank() == 0 || both[1].shape().rank() == 0)
        return both[0] * both[1];
    if (rank > 2)
        return call.fail("dot of tensors of more than 2 axes is not read", "Write matmul(a, b).");
    return node("MatMul", both[0], both[1]);
}

PythonValue outer(FunctionCall& call)
{
    const std::vector<Value> both = call.ofOneDType({"a", "b"});
    if (both.size() != 2 || !both[0].isPresent() || !both[1].isPresent())
        return Value();
    return reshape(both[0], {both[0].shape().count(), 1}) *
           reshape(both[1], {1, both[1].shape().count()});
}

PythonValue einsum(FunctionCall& call)
{
    std::vector<Value> operands = call.tensors("operands");
    if (operands.empty())
        return call.fail("einsum has no operands; expected einsum('ij,jk->ik', a, b)");
    std::string equation = call.text("equation");
    if (operands.size() > 2) {
        Result<EinsumLetters> letters = parseEinsum(equation, operands.size());
        if (!letters)
            return call.fail(letters.error().message);
        if (Result<void> done = contractToTwo(call.builder(), *letters, operands); !done)
            return call.fail(done.error().message);
        equation = einsumText(*letters);
    }
    return call.builder().add("Einsum", operands, {{"equation", equation}});
}

constexpr FunctionEntry kProducts[]{
    {"matmul",
     "a, b, transpose_a=False, transpose_b=False",
     "matmul: tf tf.linalg keras.ops(a, b) torch(input, other) np(a, b) jnp(a, b) .(self, other); "
     "mm: torch(input, mat2) .(self, mat2); bmm: torch(input, mat2) .(self, mat2)",
     "matrix product, as a @ b",
     "da = dy @ b.T, db = a.T @ dy",
     {},
     matmul},
    {"dot",
     "a, b",
     "dot: keras.ops torch(input, tensor) np jnp jax.lax .(self, b)",
     "product of vectors or matrices",
     "da = dy @ b.T, db = a.T @ dy",
     {},
     dot},
    {"outer",
     "a, b",
     "outer: keras.ops torch(input, vec2) np jnp",
     "every product of two elements",
     "da = dy @ b, db = a @ dy",
     {},
     outer},
    {"einsum",
     "equation, *operands",
     "einsum: tf keras.ops torch np jnp",
     "sums of products by named axes",
     "by the same sums with dy in an operand's place",
     {},
     einsum},
};

}

std::span<const FunctionEntry> productFunctions()
{
    return kProducts;
}

}
