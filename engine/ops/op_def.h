#pragma once

#include "engine/base/result.h"
#include "engine/graph/node.h"
#include "engine/tensor/tensor.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace backstep {

class GradientScope;
class GraphBuilder;
class Value;

/// What a shape rule may know: attributes, input types, and the content of constant inputs. An
/// absent optional input has dtype Undefined and `isPresent` false; an input whose type nothing
/// states has dtype Undefined too.
struct OpCall {
    const Attributes& attributes;
    std::span<const TensorType> inputs;
    std::span<const Tensor* const> constants; ///< null where the content is not known
    std::span<const bool> present;
    size_t outputCount = 1;

    bool has(size_t input) const { return input < inputs.size() && present[input]; }
    const Shape& shape(size_t input) const { return inputs[input].shape; }
    /// The content of a constant input, or null.
    const Tensor* constant(size_t input) const { return has(input) ? constants[input] : nullptr; }
};

/// Operands of one execution. Shapes and dtypes were checked when planning; `out` is allocated.
struct KernelCall {
    const Attributes& attributes;
    std::span<const TensorView> in, out;
    /// StridedLoop<inputs + 1> over the inputs (broadcast) and the output, if one was planned.
    const void* loop = nullptr;
    /// What KernelTable::prepare made of the attributes, or null.
    const void* prepared = nullptr;
};

/// Operands of one computation on whole tensors; null ones are absent optional inputs. Dtypes and
/// arity passed the ports' checks; sizes and attributes did not.
struct EvaluateCall {
    const Attributes& attributes;
    std::span<const Tensor> inputs;
    size_t outputCount = 1;

    bool has(size_t input) const { return input < inputs.size() && !inputs[input].isNull(); }
};

/// For ops whose result has a size that depends on data (NonZero, sequences) or elements that are
/// no plain bytes (strings): makes the outputs itself, and may fail. Folding uses it; a slot that
/// holds a Tensor instead of arena bytes can call it at each step.
using EvaluateRule = Result<std::vector<Tensor>> (*)(const EvaluateCall&);
using ShapeRule = Result<std::vector<TensorType>> (*)(const OpCall&);
/// Writes where the plan says, allocates nothing, cannot fail.
using Kernel = void (*)(const KernelCall&);
/// The same elements seen differently; nothing when these strides do not allow it.
using ViewRule = std::optional<TensorView> (*)(const OpCall&, const TensorView& input,
                                               size_t output);

/// One kernel per dtype of the first input, chosen when planning.
struct KernelTable {
    std::array<Kernel, kDTypeCount> byDType{};
    Kernel forAll = nullptr; ///< for ops that move elements whatever they are
    /// Reads the attributes once for all calls; null where a kernel needs none.
    std::shared_ptr<const void> (*prepare)(const Attributes&) = nullptr;
    Kernel at(DType dtype) const
    {
        const Kernel own = byDType[static_cast<size_t>(dtype)];
        return own ? own : forAll;
    }
};

/// What a port accepts.
struct Port {
    std::string name;
    DTypeSet accepts;
    enum class Arity : uint8_t { One, Optional, Many } arity = Arity::One;
    /// Ports of one letter hold the same dtype ("T"); empty: free.
    std::string sameAs = {};
};

struct ZeroAlmostEverywhere {
    std::string why;
};
struct NotDifferentiable {
    std::string why;
};
using GradientFunction = void (*)(GradientScope&);

/// An operator's gradient is one of four, and every view tells them apart: a rule, zero almost
/// everywhere, declared not differentiable, or missing.
class GradientRule
{
public:
    GradientRule() = default;
    GradientRule(GradientFunction rule) : m_rule(rule) {}
    static GradientRule zeroAlmostEverywhere(std::string why)
    {
        GradientRule rule;
        rule.m_rule = ZeroAlmostEverywhere{std::move(why)};
        return rule;
    }
    static GradientRule notDifferentiable(std::string why)
    {
        GradientRule rule;
        rule.m_rule = NotDifferentiable{std::move(why)};
        return rule;
    }
    bool isMissing() const { return std::holds_alternative<std::monostate>(m_rule); }
    bool isZero() const { return std::holds_alternative<ZeroAlmostEverywhere>(m_rule); }
    bool isDeclaredNone() const { return std::holds_alternative<NotDifferentiable>(m_rule); }
    GradientFunction function() const
    {
        const auto* rule = std::get_if<GradientFunction>(&m_rule);
        return rule ? *rule : nullptr;
    }
    /// Why there is none, for the two kinds that say so.
    std::string_view why() const
    {
        if (const auto* zero = std::get_if<ZeroAlmostEverywhere>(&m_rule))
            return zero->why;
        if (const auto* none = std::get_if<NotDifferentiable>(&m_rule))
            return none->why;
        return {};
    }

private:
    std::variant<std::monostate, GradientFunction, ZeroAlmostEverywhere, NotDifferentiable> m_rule;
};

/// How an op treats the axis of time, so that `passes/sink` can move it into a body.
enum class OverTime : uint8_t {
    Blocks,      ///< mixes or needs all timesteps
    Elementwise, ///< broadcasts: each element depends on its own position
    Movement,    ///< Transpose, Reshape, Squeeze, Unsqueeze, Identity: moves elements only
    Product,     ///< MatMul, Gemm, Einsum: fine while time is a free axis of one operand
    Adds,        ///< a loss term: the result is a sum over all positions
};

/// Replaces a node by simpler ones; returns the values that stand for its outputs.
using ExpandRule = Result<std::vector<Value>> (*)(GraphBuilder&, const Node&,
                                                  std::span<const Value>);

/// Builds what a helper op means out of ONNX ops: shown when the op is opened, and written as an
/// ONNX function body.
using BodyRule = std::vector<Value> (*)(GraphBuilder&, const Node&, std::span<const Value>);

/// Everything about one operator (STYLE section 3).
struct OpDef {
    std::string name;
    std::string domain = {};
    int sinceOpset = 1;
    std::string doc;
    std::vector<Port> inputs, outputs;
    ShapeRule shape = nullptr; ///< with `evaluate` alone: null, the output type is not known before
    KernelTable kernel = {};
    EvaluateRule evaluate = nullptr;
    ViewRule view = nullptr;
    OverTime overTime = OverTime::Blocks;
    /// Adds to out the sum of the op's results over a leading axis of its operands: what a weight
    /// gathers over a segment of timesteps. Empty where that is no quicker than one by one.
    KernelTable sumOverTime = {};
    ExpandRule expand = nullptr;
    BodyRule body = nullptr;
    GradientRule gradient = {};

    /// The port that input or output number `index` belongs to; Many repeats the last one.
    const Port* inputPort(size_t index) const;
    const Port* outputPort(size_t index) const;
};

}
