#pragma once

#include "engine/session/debug_session.h"

#include <random>

namespace backstep {

/// At most `count` of an op's timesteps, the first and the last among them; of nested loops 4 each.
/// `onlyAt`: of the innermost loop these alone; null for all.
std::vector<OpAddress> placesOf(const Graph& graph, NodeId node, int64_t count = 16,
                                const TimestepSet* onlyAt = nullptr);

/// The input values of one op: those of the run as far as it has come, or drawn ones (normal,
/// seeded) where they were not computed at any of the places.
class SeenValues
{
public:
    /// The graph is the session's program; both outlive this.
    SeenValues(DebugSession& session, const Graph& graph, const Node& node,
               const TimestepSet* onlyAt = nullptr);

    bool areDrawn() const { return m_areDrawn; }
    const std::vector<OpAddress>& places() const { return m_places; }
    /// Null where there is none: not run, and no float that can be drawn.
    Tensor at(ValueId value, const OpAddress& place);

private:
    Tensor seen(ValueId value, const OpAddress& place);
    Tensor drawn(ValueId value);

    DebugSession& m_session;
    const Graph& m_graph;
    std::vector<OpAddress> m_places;
    bool m_areDrawn = false;
    std::map<ValueId, Tensor> m_drawn;
    std::mt19937 m_random{7};
    std::normal_distribution<double> m_normal;
};

}
