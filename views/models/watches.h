#pragma once

#include "engine/session/debug_session.h"

#include <QString>

#include <vector>

namespace backstep {

/// A gradient that is looked at all the time, named so that another program of the same model has
/// it too.
struct Watch {
    enum class Kind : uint8_t {
        Carry,  ///< what a loop hands from timestep to timestep: "h" of the Scan `owner`
        Weight, ///< `name`
        Output, ///< the first output of the op `owner`
    } kind = Kind::Weight;
    std::string owner, name;
    bool operator==(const Watch&) const = default;
};

/// The carries of the loops and the first weights: what one would pin first.
std::vector<Watch> usualWatches(const Graph& graph);
/// Of the output of an op, or of the op that a backward op serves.
Watch watchOf(const Graph& graph, NodeId op);
Watch watchOf(const Graph& graph, ValueId weight);
/// The forward value whose gradient is watched; kNoValue where the program has none.
ValueId watchedValue(const Graph& graph, const Watch& watch);
/// "dL/dh[t]", "dL/dW", "dL/d Sign[t]".
QString titleOf(const Graph& graph, const Watch& watch);

/// The size of a gradient by timestep; NaN where the pass has not been. One number outside loops,
/// none where no gradient is computed or the loop is long.
using WatchNorms = std::vector<double>;
WatchNorms watchNorms(DebugSession& session, const Watch& watch, Position cursor);
/// All of them of a document without its fixes, run to its end on a copy; empty ones where it
/// cannot be run.
std::vector<WatchNorms> normsWithoutFixes(const Document& document,
                                          const std::vector<Watch>& watches, std::stop_token stop);

}
