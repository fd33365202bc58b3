// engine/ops/einsum_op.cpp - Einsum over one or two operands, as strided loops and products.

#include "engine/ops/einsum.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/half_kernels.h"
#include "engine/ops/matrix_product.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace backstep {

Result<EinsumLetters> parseEinsum(const std::string& equation, size_t operandCount)
{
    EinsumLetters letters;
    std::string text;
    for (char c : equation)
        if (c != ' ')
            text += c;
    const size_t arrow = text.find("->");
    std::string left = text.substr(0, arrow), operand;
    for (char c : left + ",") {
        if (c == ',') {
            letters.operands.push_back(operand);
            operand.clear();
        } else if (std::isalpha(static_cast<unsigned char>(c)) &&
                   operand.find(c) == std::string::npos) {
            operand += c;
        } else {
            return Error{"unsupported",
                         fmt::format("the equation '{}' holds '{}', which is not supported: only "
                                     "letters, each once an operand",
                                     equation, c)};
        }
    }
    if (letters.operands.size() != operandCount)
        return Error{"attribute", fmt::format("the equation '{}' is for {} operands, not for {}",
                                              equation, letters.operands.size(), operandCount)};
    if (arrow != std::string::npos) {
        letters.result = text.substr(arrow + 2);
        return letters;
    }
    std::map<char, int> uses;
    for (const std::string& each : letters.operands)
        for (char c : each)
            ++uses[c];
    for (const auto& [letter, count] : uses)
        if (count == 1)
            letters.result += letter;
    return letters;
}

std::string einsumText(const EinsumLetters& letters)
{
    std::string text;
    for (size_t i = 0; i < letters.operands.size(); ++i)
        text += (i == 0 ? "" : ",") + letters.operands[i]; // an operand may be a scalar: no letters
    return text + "->" + letters.result;
}

Result<std::map<char, int64_t>> einsumSizes(const EinsumLetters& letters,
                                            std::span<const Shape> shapes)
{
    std::map<char, int64_t> sizes;
    for (size_t i = 0; i < shapes.size(); ++i) {
        const std::string& own = letters.operands[i];
        if (static_cast<int>(own.size()) != shapes[i].rank())
            return Error{"shape", fmt::format("operand {} is {}, but the equation gives it the {} "
                                              "axes '{}'",
                                              i, shapes[i].text(), own.size(), own)};
        for (size_t axis = 0; axis < own.size(); ++axis) {
            const int64_t size = shapes[i][static_cast<int>(axis)];
            const auto [known, isNew] = sizes.try_emplace(own[axis], size);
            if (!isNew && known->second != size)
                return Error{"shape",
                             fmt::format("axis '{}' is {} in one operand and {} in the other",
                                         own[axis], known->second, size)};
        }
    }
    return sizes;
}

namespace {

Result<std::vector<TensorType>> einsumShape(const OpCall& call)
{
    Result<EinsumLetters> letters =
        parseEinsum(call.attributes.text("equation", ""), call.inputs.size());
    if (!letters)
        return letters.takeError();
    std::vector<Shape> shapes;
    for (const TensorType& input : call.inputs)
        shapes.push_back(input.shape);
    const auto sizes = einsumSizes(*letters, shapes);
    if (!sizes)
        return sizes.error();
    if (call.inputs.size() > 2)
        return Error{"unsupported", "an Einsum of more than two operands is not computed"};
    Shape shape;
    for (char letter : letters->result) {
        if (!sizes->contains(letter))
            return Error{"attribute",
                         fmt::format("the result has axis '{}', which no operand has", letter)};
        if (shape.rank() == kMaxRank)
            return Error{"unsupported", fmt::format("the result has more than {} axes", kMaxRank)};
        shape.append(sizes->at(letter));
    }
    return std::vector<TensorType>{{commonDType(call), shape}};
}

/// The view with its axes in the order of `wanted`; a letter that it lacks becomes stride 0.
TensorView arranged(const TensorView& view, const std::string& own, const std::string& wanted,
                    const std::map<char, int64_t>& sizes)
{
    TensorView result;
    result.dtype = view.dtype;
    result.data = view.data;
    for (char letter : wanted) {
        const size_t axis = own.find(letter);
        result.shape.append(sizes.at(letter));
        result.strides.append(axis == std::string::npos ? 0 : view.strides[static_cast<int>(axis)]);
    }
    return result;
}

/// Adds products over all letters: correct for any equation, slow for large ones.
template<class T> void addProducts(const TensorView& a, const TensorView& b, const TensorView& y)
{
    const StridedLoop<3> loop(a.shape, {a.strides, b.strides, y.strides});
    loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
        for (int64_t i = 0; i < length; ++i)
            y.as<T>()[at[2] + i * step[2]] +=
                a.as<T>()[at[0] + i * step[0]] * b.as<T>()[at[1] + i * step[1]];
    });
}

/// "..k,kn->..n": the common Dense form is one matrix product over all rows.
bool multiplyAsDense(const EinsumLetters& letters, const TensorView& a, const TensorView& b,
                     const TensorView& y)
{
    const std::string &left = letters.operands[0], &right = letters.operands[1];
    if (right.size() != 2 || left.empty() || left.back() != right[0] ||
        letters.result != left.substr(0, left.size() - 1) + right[1] ||
        left.find(right[1]) != std::string::npos || !a.isDense() || !y.isDense())
        return false;
    TensorView rowsA = a, rowsY = y;
    const int64_t k = b.shape[0], n = b.shape[1];
    const int64_t rows = k > 0 ? a.shape.count() / k : 0;
    rowsA.shape = {rows, k};
    rowsA.strides = {k, 1};
    rowsY.shape = {rows, n};
    rowsY.strides = {n, 1};
    multiply(rowsA, b, rowsY);
    return true;
}

void einsumKernel(const KernelCall& call)
{
    const EinsumLetters letters =
        *parseEinsum(call.attributes.text("equation", ""), call.in.size());
    const TensorView& y = call.out[0];
    if (call.in.size() == 2 && multiplyAsDense(letters, call.in[0], call.in[1], y))
        return;
    std::map<char, int64_t> sizes;
    for (size_t i = 0; i < call.in.size(); ++i)
        for (size_t axis = 0; axis < letters.operands[i].size(); ++axis)
            sizes[letters.operands[i][axis]] = call.in[i].shape[static_cast<int>(axis)];
    std::string order = letters.result;
    for (const auto& [letter, size] : sizes)
        if (order.find(letter) == std::string::npos)
            order += letter;
    const TensorView target = arranged(y, letters.result, order, sizes);
    const TensorView a = arranged(call.in[0], letters.operands[0], order, sizes);
    withNumericType(y.dtype, [&]<class T>() {
        if constexpr (!std::is_same_v<T, bool>) {
            static T one = 1;
            TensorView b = a;
            b.data = reinterpret_cast<std::byte*>(&one);
            b.strides = Shape::filled(b.shape.rank(), 0);
            if (call.in.size() == 2)
                b = arranged(call.in[1], letters.operands[1], order, sizes);
            const StridedLoop<1> clear(y.shape, {y.strides});
            clear.forEachRow([&](const auto& at, int64_t length, const auto& step) {
                for (int64_t i = 0; i < length; ++i)
                    y.as<T>()[at[0] + i * step[0]] = T(0);
            });
            addProducts<T>(a, b, target);
        }
    });
}

// The cotangent of one operand is the Einsum of dy with the other one; letters that only this
// operand has were summed away, so dy is stretched along them first.
void einsumGradient(GradientScope& g)
{
    GraphBuilder& builder = g.builder();
    const EinsumLetters letters = *parseEinsum(g.attributes().text("equation", ""), g.inputCount());
    for (size_t i = 0; i < g.inputCount(); ++i) {
        if (!g.wants(i))
            continue;
        const std::string& own = letters.operands[i];
        EinsumLetters back;
        std::vector<Value> operands{g.cotangent(size_t{0})};
        back.operands = {letters.result};
        std::string known = letters.result;
        if (g.inputCount() == 2) {
            back.operands.push_back(letters.operands[1 - i]);
            operands.push_back(g.input(1 - i));
            known += letters.operands[1 - i];
        }
        for (char letter : own)
            if (known.find(letter) != std::string::npos)
                back.result += letter;
        Value part = builder.add("Einsum", operands, {{"equation", einsumText(back)}});
        if (back.result.size() != own.size()) {
            Shape kept, full = g.input(i).shape();
            for (size_t axis = 0; axis < own.size(); ++axis)
                kept.append(
                    known.find(own[axis]) == std::string::npos ? 1 : full[static_cast<int>(axis)]);
            part = builder.add("Expand",
                               {reshape(part, kept), builder.ints({full.begin(), full.end()})});
        }
        g.contribute(i, part);
    }
}

}

OpDef einsumOp()
{
    return {
        .name = "Einsum",
        .sinceOpset = 12,
        .doc = R"(Sum of products over the letters that the result lacks.
            Shapes    by the equation, such as "abc,cd->abd"; more than two operands become a
                      chain of products when a file is opened
            Dtypes    numbers, both the same
            Gradient  the Einsum of dy with the other operand
            Source    ONNX operator Einsum, opset 12)",
        .inputs = {{"Inputs", numbers, Port::Arity::Many, "T"}},
        .outputs = {{"Output", numbers}},
        .shape = einsumShape,
        .kernel = kernelForAll<einsumKernel>(),
        .overTime = OverTime::Product,
        .gradient = einsumGradient,
    };
}

}
