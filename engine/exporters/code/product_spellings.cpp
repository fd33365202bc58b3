// Products of matrices, as TensorFlow, PyTorch and JAX write them.
#include "engine/exporters/code/op_spelling.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using Words = Result<CodeWords>;

/// tf.matmul wants matrices; with a vector it is a sum over one axis.
Words matrixProduct(const CodeNode& code)
{
    CodeWords words;
    const int left = code.shape(0).rank(), right = code.shape(1).rank();
    if (code.framework != Framework::TensorFlow || (left >= 2 && right >= 2))
        return words;
    if (right > 2)
        return Error{"no-spelling",
                     "TensorFlow has no product of a vector and a stack of matrices"};
    words.pattern = "tf.tensordot({0}, {1}, 1)";
    return words;
}

/// alpha * A' * B' + beta * C
Words general(const CodeNode& code)
{
    const Attributes& attributes = code.node.attributes;
    const auto factor = [&](const char* name) {
        return attributes.real(name, 1.0) == 1.0
                   ? std::string()
                   : numberText(Tensor::scalar(attributes.real(name, 1.0), DType::Float32), 0) +
                         " * ";
    };
    const auto turned = [&](const char* name, const std::string& operand) {
        if (attributes.integer(name, 0) == 0)
            return operand;
        return code.framework == Framework::TensorFlow ? "tf.transpose(" + operand + ")"
                                                       : operand + ".T";
    };
    CodeWords words;
    const std::string product = turned("transA", "{0}") + " @ " + turned("transB", "{1}");
    const std::string scale = factor("alpha");
    words.pattern = scale.empty() ? product : scale + "(" + product + ")";
    if (code.has(2) && attributes.real("beta", 1.0) != 0)
        words.pattern += " + " + factor("beta") + "{2#}";
    return words;
}

Words einsum(const CodeNode& code)
{
    return CodeWords{{{"equation", quoted(code.node.attributes.text("equation", ""))}}};
}

constexpr OpSpelling kRows[]{
    {"MatMul", {"{0} @ {1}", "{0} @ {1}", "{0} @ {1}"}, matrixProduct},
    {"Gemm", {}, general},
    {"Einsum",
     {"tf.einsum({equation}, {all})", "torch.einsum({equation}, {all})",
      "jnp.einsum({equation}, {all})"},
     einsum},
};

}

std::span<const OpSpelling> productSpellings()
{
    return kRows;
}

}
