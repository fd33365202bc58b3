#pragma once

#include "engine/base/result.h"
#include "engine/diagnostics/framework_tables.h"
#include "engine/exporters/code/python_text.h"
#include "engine/graph/graph.h"

#include <array>
#include <span>

namespace backstep {

/// A node as its spelling sees it.
struct CodeNode {
    const Graph& graph;
    const Node& node;
    Framework framework;

    bool has(size_t input) const
    {
        return input < node.inputs.size() && node.inputs[input] != kNoValue;
    }
    const Shape& shape(size_t input) const { return graph.value(node.inputs[input]).type.shape; }
    DType dtype(size_t input) const { return graph.value(node.inputs[input]).type.dtype; }
    const TensorType& result() const { return graph.value(node.outputs.front()).type; }
    /// The content of a constant input, or null.
    const Tensor* content(size_t input) const;
    /// A constant that is written as a number.
    bool isNumber(size_t input) const;
    /// An axis of input 0, counted from its end: it stays right when an axis is put before.
    int64_t fromEnd(int64_t axis) const;
};

/// Words of one node's code beside its operands; sizes and dtypes are asked for by the printer:
/// a `shape` or a `dtype` among them is written as that of a variable where one has it.
struct CodeWords {
    std::map<std::string, std::string> texts = {};
    std::optional<Shape> shape = {};
    std::optional<DType> dtype = {};
    std::string pattern = {}; ///< in place of the row's own, where it depends on the node
};

/// How the frameworks write one operator. In a pattern {0}, {1}... are operands, {0#} one that may
/// be a number, {all} all of them; other words are those of `words`, and {shape}, {dtype}.
struct OpSpelling {
    std::string_view op;                      ///< of ONNX's own domain, or StopGradient
    std::array<std::string_view, 3> patterns; ///< by Framework; "" where it has none
    Result<CodeWords> (*words)(const CodeNode&) = nullptr;
};

/// The row of an operator, or null.
const OpSpelling* spellingOf(const OpName& op);

// One table for each family of operators; a new family adds a line here and one in
// op_spelling.cpp.
std::span<const OpSpelling> elementwiseSpellings();
std::span<const OpSpelling> reductionSpellings();
std::span<const OpSpelling> productSpellings();
std::span<const OpSpelling> movementSpellings();
std::span<const OpSpelling> gatherSpellings();

}
