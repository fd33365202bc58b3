#pragma once

#include "engine/session/observer.h"

namespace backstep {

class SessionBridge;

/// The fix that is written as code.
struct ExportSubject {
    NodeId node = kNoNode; ///< kNoNode: there is nothing to write
    /// Of ops that were put before the node: the document without them; null of a gradient.
    std::shared_ptr<const Document> before = {};
    size_t insertion = 0; ///< which of the insertions there are for the node
    const Graph& graph(const Snapshot& snapshot) const
    {
        return before ? *before->graph : *snapshot.program;
    }
};

/// The fix of the selected op where it has one; else the first that the document has, since it is
/// the document that one takes home.
ExportSubject exportSubject(const SessionBridge& bridge, NodeId selected);

}
