#pragma once

#include "engine/diagnostics/soft_forwards.h"
#include "engine/session/seen_values.h"

#include <optional>

namespace backstep {

/// What was given in the place of the op that a node is a part of; null where nothing was.
const ForwardChoice* forwardGivenTo(const Document& document, const Node& node);

/// A row of the library of forwards at an op.
struct SoftForwardLook {
    const SoftForward* row = nullptr;
    std::string text;           ///< at the sharpness to begin with
    std::vector<double> values; ///< from -2 to 2; empty where it is no function of one number
};

/// An op whose forward is typed, as the file has it: even while something else is computed in its
/// place.
struct ForwardSubject {
    std::shared_ptr<const Graph> graph; ///< the session's program, or the file's graph read again
    NodeId node = kNoNode;              ///< in `graph`; kNoNode where there is no such op
    std::optional<ProgramValues> inProgram; ///< of a graph read again: the op's inputs
    std::optional<ForwardChoice> given;     ///< what stands in its place now
    bool hasOwn = false;                    ///< the op computes something by itself here
    SeenInput seen;
    std::vector<SoftForwardLook> library; ///< rows that fit the op

    const Node& op() const { return graph->node(node); }
    SeenValues values(DebugSession& session) const
    {
        return {session, *graph, op(), nullptr, inProgram ? &*inProgram : nullptr};
    }
};

/// Error: a part of an op that is one in the file (the gates of an LSTM), or no forward op.
Result<ForwardSubject> forwardSubject(DebugSession& session, NodeId node);

}
