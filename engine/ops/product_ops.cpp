// engine/ops/product_ops.cpp - MatMul and Gemm. (Einsum: einsum_op.cpp)

#include "engine/ops/einsum.h"
#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/half_kernels.h"
#include "engine/ops/matrix_product.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

namespace backstep {

namespace {

/// Operands as matrices: a 1-D left one is a row, a 1-D right one a column.
Shape asMatrix(const Shape& shape, bool isLeft)
{
    Shape matrix = shape;
    if (shape.rank() == 1)
        matrix.insert(isLeft ? 0 : 1, 1);
    return matrix;
}

Result<std::vector<TensorType>> matMulShape(const OpCall& call)
{
    if (call.shape(0).rank() == 0 || call.shape(1).rank() == 0)
        return Error{"shape", fmt::format("A is {} and B is {}; both need at least one axis",
                                          call.shape(0).text(), call.shape(1).text())};
    const Shape a = asMatrix(call.shape(0), true), b = asMatrix(call.shape(1), false);
    if (a.back() != b.back(1))
        return Error{"shape",
                     fmt::format("A is {} and B is {}; the inner sizes {} and {} differ",
                                 call.shape(0).text(), call.shape(1).text(), a.back(), b.back(1))};
    Shape batchA = a, batchB = b;
    for (int i = 0; i < 2; ++i) {
        batchA.erase(batchA.rank() - 1);
        batchB.erase(batchB.rank() - 1);
    }
    Result<Shape> batch = broadcastShapes(batchA, batchB);
    if (!batch)
        return batch.takeError();
    Shape shape = *batch;
    if (call.shape(0).rank() > 1)
        shape.append(a.back(1));
    if (call.shape(1).rank() > 1)
        shape.append(b.back());
    return std::vector<TensorType>{{commonDType(call), shape}};
}

/// A view with a unit axis put in, for 1-D operands and their results.
TensorView withUnitAxis(TensorView view, int axis)
{
    view.shape.insert(axis, 1);
    view.strides.insert(axis, 0);
    return view;
}

void matMulKernel(const KernelCall& call)
{
    TensorView a = call.in[0], b = call.in[1], y = call.out[0];
    const bool isRow = a.shape.rank() == 1, isColumn = b.shape.rank() == 1;
    if (isColumn) {
        b = withUnitAxis(b, 1);
        y = withUnitAxis(y, y.shape.rank());
    }
    if (isRow) {
        a = withUnitAxis(a, 0);
        y = withUnitAxis(y, y.shape.rank() - 1);
    }
    multiplyBatched(a, b, y);
}

/// The last two axes exchanged; a view, no copy.
Value swapped(const Value& value)
{
    if (!value.isPresent())
        return value; // the builder has failed already
    std::vector<int64_t> permutation;
    const int rank = value.shape().rank();
    for (int axis = 0; axis < rank; ++axis)
        permutation.push_back(axis);
    std::swap(permutation[static_cast<size_t>(rank - 1)],
              permutation[static_cast<size_t>(rank - 2)]);
    return transpose(value, permutation);
}

/// [.., m, k] x [k, n] with more than two axes on the left: one product over all rows.
void sharedRightGradient(GradientScope& g, const Value& a, const Value& dy)
{
    const int64_t k = a.shape().back(), n = dy.shape().back();
    const int64_t rows = a.shape().count() / std::max<int64_t>(k, 1);
    const Value flatA = reshape(a, {rows, k}), flatDy = reshape(dy, {rows, n});
    g.contribute("B", g.builder().add("MatMul", {swapped(flatA), flatDy}));
}

void matMulGradient(GradientScope& g)
{
    GraphBuilder& builder = g.builder();
    Value a = g.input("A"), b = g.input("B"), dy = g.cotangent("Y");
    const Shape shapeA = a.shape(), shapeB = b.shape();
    Shape shapeY = dy.shape();
    if (shapeB.rank() == 1)
        shapeY.append(1);
    if (shapeA.rank() == 1)
        shapeY.insert(shapeY.rank() - 1, 1);
    dy = reshape(dy, shapeY);
    a = reshape(a, asMatrix(shapeA, true));
    b = reshape(b, asMatrix(shapeB, false));
    if (g.wants("A")) {
        Value da = builder.add("MatMul", {dy, swapped(b)});
        if (shapeA.rank() == 1)
            da = reshape(unbroadcast(da, a.shape()), shapeA);
        g.contribute("A", da);
    }
    if (!g.wants("B"))
        return;
    if (shapeB.rank() == 2 && a.shape().rank() > 2)
        return sharedRightGradient(g, a, dy);
    Value db = builder.add("MatMul", {swapped(a), dy});
    if (shapeB.rank() == 1)
        db = reshape(unbroadcast(db, b.shape()), shapeB);
    g.contribute("B", db);
}

struct GemmCall {
    explicit GemmCall(const Attributes& attributes)
        : alpha(attributes.real("alpha", 1)), beta(attributes.real("beta", 1)),
          transA(attributes.integer("transA", 0) != 0), transB(attributes.integer("transB", 0) != 0)
    {}
    double alpha, beta;
    bool transA, transB;
};

Result<std::vector<TensorType>> gemmShape(const OpCall& call)
{
    const GemmCall gemm(call.attributes);
    if (call.shape(0).rank() != 2 || call.shape(1).rank() != 2)
        return Error{"shape", fmt::format("A is {} and B is {}; Gemm wants two matrices",
                                          call.shape(0).text(), call.shape(1).text())};
    const int64_t rows = call.shape(0)[gemm.transA ? 1 : 0];
    const int64_t innerA = call.shape(0)[gemm.transA ? 0 : 1];
    const int64_t innerB = call.shape(1)[gemm.transB ? 1 : 0];
    const int64_t columns = call.shape(1)[gemm.transB ? 0 : 1];
    if (innerA != innerB)
        return Error{"shape",
                     fmt::format("A is {} and B is {}; the inner sizes {} and {} differ",
                                 call.shape(0).text(), call.shape(1).text(), innerA, innerB)};
    const Shape shape{rows, columns};
    if (call.has(2)) {
        Result<Shape> with = broadcastShapes(shape, call.shape(2));
        if (!with || !(*with == shape))
            return Error{"shape", fmt::format("C is {} and does not broadcast to {}",
                                              call.shape(2).text(), shape.text())};
    }
    return std::vector<TensorType>{{commonDType(call), shape}};
}

TensorView transposed(TensorView view, bool really)
{
    if (really) {
        std::swap(view.shape[0], view.shape[1]);
        std::swap(view.strides[0], view.strides[1]);
    }
    return view;
}

void matMulSumOverTime(const KernelCall& call)
{
    addProducts(call.in[0], call.in[1], call.out[0]);
}

std::shared_ptr<const void> prepareGemm(const Attributes& attributes)
{
    return std::make_shared<const GemmCall>(attributes);
}

// A may have axes before its two (timesteps): then B has none, and C broadcasts over the rows.
void gemmKernel(const KernelCall& call)
{
    const GemmCall gemm =
        call.prepared ? *static_cast<const GemmCall*>(call.prepared) : GemmCall(call.attributes);
    const TensorView& y = call.out[0];
    const bool hasC = call.in.size() > 2 && call.in[2].data && gemm.beta != 0;
    if (hasC) {
        TensorView c = call.in[2];
        c.strides = stridesBroadcastTo(c, y.shape);
        c.shape = y.shape;
        copyElements(c, y);
        scaleInPlace(y, gemm.beta);
    }
    multiplyRows(transposed(call.in[0], gemm.transA), transposed(call.in[1], gemm.transB), y,
                 gemm.alpha, hasC);
}

KernelTable gemmKernels()
{
    KernelTable table = kernelForAll<gemmKernel>();
    table.prepare = prepareGemm;
    return table;
}

// Y = alpha A' B' + beta C, where ' transposes when the attribute says so.
void gemmGradient(GradientScope& g)
{
    const GemmCall gemm(g.attributes());
    GraphBuilder& builder = g.builder();
    const Value dy = g.cotangent("Y");
    const Value scaled = gemm.alpha == 1 ? dy : dy * gemm.alpha;
    if (g.wants("A")) {
        const Value b = gemm.transB ? g.input("B") : swapped(g.input("B"));
        const Value da = builder.add("MatMul", {scaled, b});
        g.contribute("A", gemm.transA ? swapped(da) : da);
    }
    if (g.wants("B")) {
        const Value a = gemm.transA ? g.input("A") : swapped(g.input("A"));
        const Value db = builder.add("MatMul", {a, scaled});
        g.contribute("B", gemm.transB ? swapped(db) : db);
    }
    if (g.wants("C") && gemm.beta != 0)
        g.contribute("C", gemm.beta == 1 ? dy : dy * gemm.beta);
}

}

void registerProductOps(OpRegistry& ops)
{
    ops.add({
        .name = "MatMul",
        .sinceOpset = 13,
        .doc = R"(Matrix product over the last two axes, the others broadcast; as numpy.matmul.
            Shapes    A: [.., m, k]; B: [.., k, n]; Y: [.., m, n]; 1-D operands as in NumPy
            Dtypes    numbers, both the same
            Gradient  dA = dY B'; dB = A' dY; residuals: A, B
            Source    ONNX operator MatMul, opset 13)",
        .inputs = {{"A", numbers, Port::Arity::One, "T"}, {"B", numbers, Port::Arity::One, "T"}},
        .outputs = {{"Y", numbers}},
        .shape = matMulShape,
        .kernel = kernelForAll<matMulKernel>(),
        .overTime = OverTime::Product,
        .sumOverTime = kernelForAll<matMulSumOverTime>(),
        .gradient = matMulGradient,
    });
    ops.add({
        .name = "Gemm",
        .sinceOpset = 13,
        .doc = R"(alpha A B + beta C, with A or B transposed on request.
            Shapes    A: [m, k]; B: [k, n]; C broadcasts to [m, n]; Y: [m, n]
            Dtypes    numbers, all the same
            Gradient  dA = alpha dY B'; dB = alpha A' dY; dC = beta dY
            Source    ONNX operator Gemm, opset 13)",
        .inputs = {{"A", numbers, Port::Arity::One, "T"},
                   {"B", numbers, Port::Arity::One, "T"},
                   {"C", numbers, Port::Arity::Optional, "T"}},
        .outputs = {{"Y", numbers}},
        .shape = gemmShape,
        .kernel = gemmKernels(),
        .overTime = OverTime::Product,
        .gradient = gemmGradient,
    });
    ops.add(einsumOp());
}

}
