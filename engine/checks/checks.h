#pragma once

#include "engine/autodiff/profile.h"
#include "engine/diagnostics/finding.h"
#include "engine/graph/graph.h"

#include <unordered_map>

namespace backstep {

/// What the static checks look at; borrowed for the call.
struct CheckSubject {
    const Graph& graph;
    const GradientTable& table;
    const FlowAnalysis& own; ///< Backstep's analysis
    const FrameworkAnswers& frameworks;
    Profile profile; ///< by whose rules a finding is one
};

/// One pass of the static checks: each reads, and reports, never repairs.
class StaticChecks
{
public:
    explicit StaticChecks(const CheckSubject& subject);

    /// Everything, the most severe findings first.
    FindingList run();

private:
    /// Ops on a gradient path without a rule, or with one for some inputs only.
    void checkMissingGradients();
    /// Ops whose gradient is zero everywhere, with the weights that they starve.
    void checkZeroGradients();
    /// Ops that declare no gradient, integer casts, indices, comparisons, draws and cuts.
    void checkLostGradients();
    /// Ops that cannot be computed: unknown ones, and inputs that do not fit.
    void checkProblems();
    /// Weights that the loss does not depend on at all.
    void checkNotConnected();
    /// Recurrences that skip padded timesteps.
    void checkPadding();
    /// Deviations from a mean of one element, as shapes tell them.
    void checkSingleStatistics();

    const Graph& graph() const { return m_subject.graph; }
    const ConversionReport& report() const { return m_flow.report; }
    GradientState stateAt(NodeId node) const { return report().at(node).state; }
    /// Null where the profile is Backstep's own, or the framework was not asked about the op.
    const OpOpinion* opinion(NodeId node) const;
    /// A finding about an op with its timesteps, weights and the frameworks' words.
    Finding findingAt(NodeId node, const DiagnosticKind& kind) const;
    /// Whose sentences the finding carries; for an op that a framework was asked about.
    std::string saying(Framework framework, NodeId node) const;
    /// "Works in PyTorch: ..." where another framework has a gradient for the op.
    void addElsewhere(Finding& finding) const;
    std::string blockedSentence(const std::vector<ValueId>& weights) const;
    void reportLost(NodeId node);
    void checkCuts();
    void reportMissing(NodeId node, const OpOpinion* opinion);

    CheckSubject m_subject;
    const FlowAnalysis& m_flow; ///< of the profile
    DiagnosticSink m_sink;
    std::unordered_map<uint32_t, std::vector<ValueId>> m_cuts; ///< weights by the op that cuts them
};

// Shared by the checks.

/// Every timestep of the op, outermost Scan; empty outside every Scan.
std::vector<TimestepRange> allTimesteps(const Graph& graph, NodeId node);
/// "3 weights get only zeros: W, R and B."
std::string weightsSentence(const Graph& graph, const std::vector<ValueId>& weights,
                            std::string_view what);
/// "float32 [4, 64] goes in, int64 [4] comes out"
std::string typesSentence(const Graph& graph, const Node& node);
/// What each framework says of this kind in general, where an op's own words would not fit.
void addCatalogueWords(Finding& finding);
/// The first surrogates of the library that make sense for the op; of an op of several inputs pass
/// through alone, since the others are functions of one number.
std::vector<Fix> surrogateFixes(const Node& node, size_t most = 3);
/// RNN, GRU or LSTM as the file has it.
bool isRecurrent(const Node& node);
/// A recurrent layer that reads [time, batch, features], as ONNX has it unless `layout` is set.
bool isTimeFirst(const Node& node);
/// How many features a recurrent layer's weights take; 8 where none say so.
int64_t featuresWanted(const Graph& graph, const Node& node);
/// Surrogates, then forwards of the library that fit the op.
std::vector<Fix> fixesOfOp(const Graph& graph, const Node& node, size_t mostSurrogates = 3);
/// What can be put before an op whose inputs do not fit: the most usual first.
std::vector<Fix> insertionsFor(const Graph& graph, const Node& node);
/// "'mid/Sign' (Sign)"
std::string opName(const Node& node);

}
