#pragma once

#include "engine/session/debug_session.h"

#include <map>
#include <random>

namespace backstep {

/// At most `count` of an op's timesteps, the first and the last among them; of nested loops 4 each.
/// `onlyAt`: of the innermost loop these alone; null for all.
std::vector<OpAddress> placesOf(const Graph& graph, NodeId node, int64_t count = 16,
                                const TimestepSet* onlyAt = nullptr);

/// Values of a graph by the ids that they have in the session's program.
using ProgramValues = std::map<ValueId, ValueId>;

/// The input values of one op: those of the run as far as it has come, or drawn ones (normal,
/// seeded) where they were not computed at any of the places.
class SeenValues
{
public:
    /// The graph is the session's program, or one of which `inProgram` says where the op's inputs
    /// are found there; all outlive this.
    SeenValues(DebugSession& session, const Graph& graph, const Node& node,
               const TimestepSet* onlyAt = nullptr, const ProgramValues* inProgram = nullptr);

    bool areDrawn() const { return m_areDrawn; }
    const std::vector<OpAddress>& places() const { return m_places; }
    /// Null where there is none: not run, and no float that can be drawn.
    Tensor at(ValueId value, const OpAddress& place);

private:
    Tensor seen(ValueId value, const OpAddress& place);
    Tensor drawn(ValueId value);

    DebugSession& m_session;
    const Graph& m_graph;
    const ProgramValues* m_inProgram;
    std::vector<OpAddress> m_places;
    bool m_areDrawn = false;
    std::map<ValueId, Tensor> m_drawn;
    std::mt19937 m_random{7};
    std::normal_distribution<double> m_normal;
};

/// The values that an op's first floating input has had.
struct SeenInput {
    std::vector<double> values; ///< finite ones, thinned to 65,536 at most
    int64_t count = 0;          ///< of all elements
    double minimum = 0, maximum = 0;
    bool areDrawn = false; ///< the op was not run
};
SeenInput seenInput(SeenValues& values, const Graph& graph, const Node& node);

}
