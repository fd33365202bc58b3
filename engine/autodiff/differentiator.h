#pragma once

// The inside of differentiate().

#include "engine/autodiff/adjoint_pass.h"
#include "engine/autodiff/differentiate.h"

namespace backstep {

/// Carries the cotangent of a loss back by what the analysis of flow says: rules, gradients that
/// were given, breaks.
class Differentiator : private AdjointPass
{
public:
    /// Extends `graph`.
    Differentiator(Graph& graph, const FlowAnalysis& flow, const GradientTable& table, IdBook& book,
                   uint32_t order);
    /// Forward values to their cotangents.
    Result<std::map<ValueId, ValueId>> run(ValueId loss, std::span<const ValueId> targets);

private:
    bool isEmitted(ValueId value) const override { return m_flow.isEmitted(value); }
    bool isPassedOver(const Node& node) const override
    {
        return m_order == 1 && node.origin.phase == Phase::Backward;
    }
    GraphBuilder builderFor(RegionId region, NodeId primal) override;
    void emitNode(Context& context, const Node& forward) override;

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

    const FlowAnalysis& m_flow;
    const GradientTable& m_table;
    IdBook& m_book;
    uint32_t m_order;
    /// How many things each primal's gradient has made, in all regions: an adjoint Scan's builder
    /// works in two.
    std::map<NodeId, uint32_t> m_ordinals;
};

}
