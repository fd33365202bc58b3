#pragma once

#include "engine/ops/op_def.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace backstep {

/// The operator vocabulary: ONNX's operators and our helpers, one record each.
class OpRegistry
{
public:
    void add(OpDef def);
    /// The record, or null for an op that we do not know (a foreign node).
    const OpDef* find(const OpName& name) const;
    std::vector<const OpDef*> all() const;

private:
    /// Domain and name. Every pass asks for the record of every op: no copies of their names.
    using Key = std::pair<std::string_view, std::string_view>;
    struct ByName {
        using is_transparent = void;
        bool operator()(const OpDef& a, const OpDef& b) const { return key(a) < key(b); }
        bool operator()(const OpDef& a, const Key& b) const { return key(a) < b; }
        bool operator()(const Key& a, const OpDef& b) const { return a < key(b); }
        static Key key(const OpDef& def) { return {def.domain, def.name}; }
    };
    std::set<OpDef, ByName> m_ops;
};

/// Every operator that Backstep knows; built on first use, the same for all threads.
const OpRegistry& operators();

/// The newest ONNX opset whose operators the records describe.
inline constexpr int kNewestOpset = 28;
/// The opset that we write.
inline constexpr int kWrittenOpset = 23;

/// Output types of a node from its record: arity and dtypes of its ports first, then its shape
/// rule. The Error says which input, what was found and what is wanted.
Result<std::vector<TensorType>> inferTypes(const OpDef& def, const OpCall& call);

/// Arity and dtypes alone.
Result<void> checkPorts(const OpDef& def, const OpCall& call);

/// Runs one op on whole tensors: constant folding, previews, tests. Null tensors are absent
/// optional inputs. Fails like inferTypes, or when there is no kernel.
Result<std::vector<Tensor>> evaluate(const OpName& op, const Attributes& attributes,
                                     const std::vector<Tensor>& inputs, size_t outputCount = 1);

}
