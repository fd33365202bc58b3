#pragma once

#include "engine/graph/ids.h"
#include "engine/graph/timestep_set.h"
#include "engine/tensor/tensor.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace backstep {

/// An operator's name: domain "" is ONNX's own, `kHelperDomain` ours.
struct OpName {
    std::string type;
    std::string domain = {};
    bool is(std::string_view onnxType) const { return domain.empty() && type == onnxType; }
    bool operator==(const OpName&) const = default;
};
inline constexpr std::string_view kHelperDomain = "backstep";

using AttributeValue = std::variant<int64_t, double, std::string, std::vector<int64_t>,
                                    std::vector<double>, std::vector<std::string>, Tensor>;

/// An operator's attributes by ONNX name.
class Attributes
{
public:
    Attributes() = default;
    Attributes(std::initializer_list<std::pair<const std::string, AttributeValue>> values)
        : m_values(values)
    {}
    void set(std::string name, AttributeValue value)
    {
        m_values[std::move(name)] = std::move(value);
    }
    void erase(const std::string& name) { m_values.erase(name); }
    bool has(const std::string& name) const { return m_values.contains(name); }
    /// The attribute, or the default when it is absent or of another kind.
    int64_t integer(const std::string& name, int64_t otherwise) const;
    double real(const std::string& name, double otherwise) const;
    std::string text(const std::string& name, std::string_view otherwise) const;
    std::vector<int64_t> integers(const std::string& name) const;
    std::vector<std::string> texts(const std::string& name) const;
    const Tensor* tensor(const std::string& name) const;
    const std::map<std::string, AttributeValue>& all() const { return m_values; }
    bool operator==(const Attributes& other) const;

private:
    std::map<std::string, AttributeValue> m_values;
};

enum class Phase : uint8_t { Forward, Loss, Backward, Update };

/// The framework's own op that a node was translated from. Nodes that share one object are a source
/// group: under a profile they have that op's verdict as a whole (SEMANTICS R5).
struct SourceOp {
    std::string framework; ///< "tensorflow", "pytorch", "jax"
    std::string op;        ///< "floor_divide.default"
};

/// Where a node comes from.
struct Origin {
    std::string name;        ///< the node's name in the file; unique after import
    std::string layer = {};  ///< layer path, such as "lstm" or "encoder/dense"
    std::string source = {}; ///< the op in the framework's own words, if the file names it
    Phase phase = Phase::Forward;
    NodeId primal = kNoNode; ///< of a backward op: the op whose gradient it is
    std::shared_ptr<const SourceOp> sourceOp = {}; ///< null where the file names none
    bool isSunk = false; ///< in a body now, but outside every loop in the file (passes/sink)
};

/// What a Backward node stands for on the canvas and for stepping.
enum class BreakKind : uint8_t {
    None,
    ZeroGradient,  ///< the gradient is zero everywhere: makes zeros
    GradientBreak, ///< no cotangent can be computed: makes nothing
};

/// Why a node cannot be computed as it stands.
struct NodeProblem {
    enum Kind : uint8_t {
        UnknownOp,   ///< no record: a foreign node
        Dtype,       ///< an input's element type does not fit
        Shape,       ///< rank or sizes do not fit
        Attribute,   ///< an attribute is missing or out of range
        Unsupported, ///< known, but this form of it is not computed here
    } kind;
    std::string message; ///< what, where, found, wanted
    std::string remedy;
};

struct Node {
    NodeId id = kNoNode;
    RegionId region = kTopRegion;
    OpName op;
    Attributes attributes;
    std::vector<ValueId> inputs, outputs; ///< kNoValue where an optional one is left out
    RegionId body = kNoRegion;            ///< of a Scan
    Origin origin;
    std::shared_ptr<const NodeProblem> problem = {}; ///< set by type inference
    /// In a body: the timesteps at which it runs; null: all (SEMANTICS R15b). At others its outputs
    /// hold nothing, and only ops of the same timesteps and AtTimesteps read them.
    std::shared_ptr<const TimestepSet> onlyAt = {};

    bool isScan() const { return body != kNoRegion; }
    BreakKind breakKind() const;
};

/// ZeroGradient and GradientBreak of the helper domain: the pass stops at them.
inline constexpr std::string_view kZeroGradient = "ZeroGradient";
inline constexpr std::string_view kGradientBreak = "GradientBreak";

enum class ValueKind : uint8_t {
    Input,    ///< fed by the user
    Weight,   ///< an initializer that is learned (SEMANTICS R6)
    Constant, ///< known content that is not learned
    Output,   ///< made by a node
    CarryIn,  ///< of a body: the carry before this timestep
    StepIn,   ///< of a body: this timestep's slice of a sequence
    Timestep, ///< of a body: the timestep as int64 scalar
};

struct ValueInfo {
    /// Fed or known: nothing computes it.
    bool isContent() const
    {
        return kind == ValueKind::Input || kind == ValueKind::Weight || kind == ValueKind::Constant;
    }
    ValueId id = kNoValue;
    RegionId region = kTopRegion;
    ValueKind kind = ValueKind::Output;
    TensorType type;
    std::string name = {};
    NodeId producer = kNoNode;  ///< of kind Output
    Tensor content = {};        ///< of Weight and Constant; of an Input: where it is not fed
    bool isTypeAssumed = false; ///< nothing states the type (SEMANTICS R16)
    std::vector<std::string> axisNames =
        {}; ///< of Input: symbolic sizes such as "batch"; "" if fixed
};

}
