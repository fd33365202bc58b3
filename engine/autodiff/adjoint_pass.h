#pragma once

#include "engine/ops/scan_builder.h"

#include <map>
#include <optional>
#include <vector>

namespace backstep {

// Legend: S a forward Scan with body R; S' its adjoint with body R'. d(v) the cotangent of v.

/// The backward pass of one forward region, under construction.
struct AdjointContext {
    RegionId forward;  ///< R
    RegionId backward; ///< R', or the region around all
    /// Contributions to values of R, and to values outside it (captured), still to be added up.
    std::map<ValueId, std::vector<ValueId>> parts, captured;
};

/// One way backwards through a graph, which it extends: through regions and Scans (ARCHITECTURE
/// joints 1 to 3, 6). What an op hands on, and where cotangents are wanted, is for the subclass to
/// say.
class AdjointPass
{
public:
    virtual ~AdjointPass() = default;

protected:
    using Context = AdjointContext;

    explicit AdjointPass(Graph& graph) : m_graph(graph) {}

    /// True if a cotangent of the value is to be built where one arrives.
    virtual bool isEmitted(ValueId value) const = 0;
    /// True for a value whose cotangent goes no further, whatever made it.
    virtual bool isIndependent(ValueId) const { return false; }
    /// True for an op that is no part of what is differentiated.
    virtual bool isPassedOver(const Node&) const { return false; }
    /// For nodes that belong to the gradient of `primal`.
    virtual GraphBuilder builderFor(RegionId region, NodeId primal) = 0;
    virtual void emitNode(Context& context, const Node& forward) = 0;

    Graph& graph() { return m_graph; }
    const Graph& graph() const { return m_graph; }
    /// The first one; nothing is emitted after it.
    const std::optional<Error>& error() const { return m_error; }
    void keepError(const std::optional<Error>& error);

    void addPart(Context& context, ValueId value, const Value& cotangent);
    /// d(value) from all its contributions; absent when there is none.
    Value total(Context& context, ValueId value, GraphBuilder builder);
    static Value addedUp(GraphBuilder& builder, const std::vector<ValueId>& parts);
    /// d(output) of every output, or nothing when none has arrived.
    std::vector<Value> cotangentsOf(Context& context, const Node& node, GraphBuilder& builder);
    void emitRegion(Context& context);

    /// Forward value to its total cotangent, as far as they are added up.
    std::map<ValueId, ValueId> m_cotangents;

private:
    struct CarryPlan {
        size_t index; ///< in R.carries
        Value in;     ///< d(next) as it enters R'
    };

    /// True if the cotangent of some value inside the body has come from another body.
    bool hasResidualParts(RegionId body) const;
    void emitScan(Context& outer, const Node& forward);
    /// Lets the cotangents of S's outputs into R'.
    std::vector<CarryPlan> seedBody(Context& inner, ScanBuilder& adjoint, GraphBuilder& builder,
                                    const Node& node, const Region& body,
                                    const std::vector<Value>& cotangents);
    /// Collects what leaves R' and hands it to the outer region: carries to initials, step outputs
    /// to sequences, sums to captured values.
    void closeScan(Context& outer, Context& inner, ScanBuilder& adjoint, const Node& node,
                   const Region& body, const std::vector<CarryPlan>& carries);

    Graph& m_graph;
    std::optional<Error> m_error;
    /// Contributions to values of a body from the adjoint of another body on its timeline: in the
    /// second order an adjoint Scan has an adjoint, and what it read of the forward Scan's timestep
    /// gets its cotangent there, at the same timestep (SEMANTICS R22).
    std::map<ValueId, std::vector<ValueId>> m_residualParts;
};

}
