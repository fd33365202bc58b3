#pragma once

#include "engine/autodiff/flow.h"
#include "engine/diagnostics/finding.h"
#include "engine/diagnostics/framework_tables.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace backstep {

/// By whose rules the graph is looked at (SEMANTICS R4); without a framework by Backstep's own.
struct Profile {
    std::optional<Framework> framework;
    bool isEager = false; ///< of TensorFlow: eager calls; else a graph, as `fit` runs it
    bool operator==(const Profile&) const = default;
};

/// "backstep", "tensorflow", "tensorflow:graph", "tensorflow:eager", "pytorch", "jax".
std::optional<Profile> profileNamed(std::string_view word);
std::string nameOf(const Profile& profile);

/// What a framework gives for one weight.
enum class Says : uint8_t { Value, Zero, None, Raises };
std::string_view wordOf(Says says); ///< "value", "zero", "None", "raises"

/// What a framework makes of one op.
struct OpOpinion {
    GradientState state = GradientState::Converted;
    Basis basis = Basis::ByAnalogy;
    std::string function;  ///< the framework's own op that was looked up
    std::string exception; ///< of an op that raises: what it says
    std::vector<int> lacks;
    bool raisesOnArrivalOnly = false; ///< of JAX: a missing transpose, which no JVP asks for
};

/// A framework's answer about a whole graph.
struct FrameworkAnswer {
    FlowAnalysis flow;                    ///< by its rules, past every failure
    std::map<NodeId, OpOpinion> opinions; ///< of every op that it was asked about
    std::vector<NodeId> raising;          ///< ops at which it raises, in the order of ids
    bool isForwardFailing = false;        ///< it raises before there is a loss
    bool isLossDetached = false;          ///< of PyTorch: the loss requires no gradient
    std::map<ValueId, Says> says;         ///< of every target
};

/// Of every framework, TensorFlow in both modes.
struct FrameworkAnswers {
    FrameworkAnswer tensorflowGraph, tensorflowEager, pytorch, jax;
    const FrameworkAnswer& of(Framework framework, bool isEager) const;
};

/// Walks the graph as the framework would: nothing is run. A weight's answer is that of a call for
/// all weights together in TensorFlow and JAX, and of a call for it alone in PyTorch, where a
/// backward that raises leaves an order-dependent rest filled.
FrameworkAnswer askFramework(const Graph& graph, ValueId loss, std::span<const ValueId> targets,
                             const GradientTable& table, Framework framework, bool isEager);

FrameworkAnswers askFrameworks(const Graph& graph, ValueId loss, std::span<const ValueId> targets,
                               const GradientTable& table);

}
