#pragma once

// The inside of differentiate(): ops in differentiate.cpp, Scans in adjoint_scan.cpp.

#include "engine/autodiff/differentiate.h"
#include "engine/ops/scan_builder.h"

#include <map>
#include <optional>
#include <vector>

namespace backstep {

// Legend: S a forward Scan with body R; S' its adjoint with body R'. d(v) the cotangent of v.

/// The backward pass of one forward region, under construction.
struct AdjointContext {
    RegionId forward;  ///< R
    RegionId backward; ///< R', or the top region
    /// Contributions to values of R, and to values outside it (captured), still to be added up.
    std::map<ValueId, std::vector<ValueId>> parts, captured;
};

class Differentiator
{
public:
    Differentiator(const Graph& graph, const FlowAnalysis& flow, const GradientTable& table,
                   IdBook& book, uint32_t order);
    Result<Differentiated> run(ValueId loss, std::span<const ValueId> targets);

private:
    using Context = AdjointContext;
    struct CarryPlan {
        size_t index; ///< in R.carries
        Value in;     ///< d(next) as it enters R'
    };

    Graph& graph() { return m_result.graph; }
    const Graph& graph() const { return m_result.graph; }
    /// A builder whose nodes belong to the gradient of `primal`.
    GraphBuilder builderFor(RegionId region, NodeId primal);
    void keepError(const GraphBuilder& builder);

    void addPart(Context& context, ValueId value, const Value& cotangent);
    /// True if the cotangent of some value inside the body has come from another body.
    bool hasResidualParts(RegionId body) const;
    static Value addedUp(GraphBuilder& builder, const std::vector<ValueId>& parts);
    /// d(value) from all its contributions; absent when there is none.
    Value total(Context& context, ValueId value, GraphBuilder builder);
    /// d(output) of every output, or nothing when none has arrived.
    std::vector<Value> cotangentsOf(Context& context, const Node& node, GraphBuilder& builder);

    void emitRegion(Context& context);
    void emitNode(Context& context, const Node& forward);
    /// Contributions by input of a node, in the order in which a rule makes them.
    using Parts = std::vector<std::pair<size_t, Value>>;
    /// One of the gradients that stand for a node, and when.
    struct StandingRule {
        GradientState state;
        const CustomGradient* custom;
        std::shared_ptr<const TimestepSet> steps; ///< null: all
    };
    void emitRule(Context& context, const Node& node, const StandingRule& rule,
                  const std::vector<bool>& wanted, const std::vector<Value>& cotangents,
                  GraphBuilder& builder);
    Parts partsOf(const Node& node, const StandingRule& rule, const std::vector<bool>& wanted,
                  const std::vector<Value>& cotangents, GraphBuilder& builder);
    Parts partsOfAssumed(Context& context, const Node& node, const StandingRule& rule,
                         const std::vector<bool>& wanted, const std::vector<Value>& cotangents,
                         GraphBuilder& builder);
    Parts unknownParts(const Node& node, const std::vector<bool>& wanted,
                       const std::vector<Value>& cotangents, GraphBuilder& builder);
    Parts zeroParts(const Node& node, const std::vector<bool>& wanted,
                    const std::vector<Value>& cotangents, GraphBuilder& builder);
    Parts customParts(const Node& node, const CustomGradient& custom,
                      const std::vector<bool>& wanted, const std::vector<Value>& cotangents,
                      GraphBuilder& builder);
    static void emitBreak(const std::vector<Value>& cotangents, GraphBuilder& builder);
    /// A part with the type of its input: broadcasts are undone, another floating width is cast.
    Value fitted(GraphBuilder& builder, ValueId input, Value part);

    void emitScan(Context& outer, const Node& forward);
    /// Lets the cotangents of S's outputs into R'.
    std::vector<CarryPlan> seedBody(Context& inner, ScanBuilder& adjoint, GraphBuilder& builder,
                                    const Node& node, const Region& body,
                                    const std::vector<Value>& cotangents);
    /// Collects what leaves R' and hands it to the outer region: carries to initials, step outputs
    /// to sequences, sums to captured values.
    void closeScan(Context& outer, Context& inner, ScanBuilder& adjoint, const Node& node,
                   const Region& body, const std::vector<CarryPlan>& carries);

    Differentiated m_result;
    const FlowAnalysis& m_flow;
    const GradientTable& m_table;
    IdBook& m_book;
    uint32_t m_order;
    /// Contributions to values of a body from the adjoint of another body on its timeline: in the
    /// second order an adjoint Scan has an adjoint, and what it read of the forward Scan's timestep
    /// gets its cotangent there, at the same timestep (SEMANTICS R22).
    std::map<ValueId, std::vector<ValueId>> m_residualParts;
    /// How many things each primal's gradient has made, in all regions: an adjoint Scan's builder
    /// works in two.
    std::map<NodeId, uint32_t> m_ordinals;
    std::optional<Error> m_error;
};

}
