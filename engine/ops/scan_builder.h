#pragma once

#include "engine/ops/graph_builder.h"

namespace backstep {

/// The timestep of a body that encloses the builder's region, or is it: int64 scalar.
Value timestepOf(GraphBuilder& builder, RegionId body);

/// The only way to make a Scan: declare carries and sequences, build the body, close.
class ScanBuilder
{
public:
    struct Results {
        NodeId node = kNoNode;
        std::vector<Value> finals, stacked, sums; ///< in the outer region
    };

    /// A forward Scan of `stepCount` timesteps on a timeline of its own.
    ScanBuilder(GraphBuilder& outer, int64_t stepCount, Direction direction, Origin origin);
    /// A Scan on an existing timeline: an adjoint.
    ScanBuilder(GraphBuilder& outer, TimelineId timeline, Direction direction, Origin origin);

    GraphBuilder& body() { return m_body; }
    RegionId region() const { return m_region; }
    /// The body's end of a carry whose first value is `initial`.
    Value carry(const Value& initial, std::string name = {});
    /// This timestep's slice of `sequence` along axis 0.
    Value stepInput(const Value& sequence, std::string name = {});
    /// int64 scalar
    Value timestep();
    void setNext(const Value& carry, const Value& next);
    Results close(const std::vector<Value>& stepOutputs, const std::vector<Value>& sums = {});

private:
    GraphBuilder& m_outer;
    TimelineId m_timeline;
    RegionId m_region;
    GraphBuilder m_body;
    Origin m_origin;
    std::vector<ValueId> m_initials, m_sequences;
};

}
