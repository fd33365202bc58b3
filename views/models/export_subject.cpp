#include "views/models/export_subject.h"

#include "engine/session/gradient_choices.h"
#include "views/models/gradient_targets.h"
#include "views/models/op_text.h"
#include "views/models/session_bridge.h"

namespace backstep {

ExportSubject exportSubject(const SessionBridge& bridge, NodeId selected)
{
    const Snapshot& snapshot = *bridge.snapshot();
    if (!snapshot.document || !snapshot.program)
        return {};
    if (snapshot.program->has(selected) && hasFixToExport(snapshot, selected))
        return {primalOf(*snapshot.program, selected)};
    for (const GradientChoice& choice : snapshot.document->gradients)
        if (const std::vector<NodeId> nodes = nodesOf(*snapshot.program, choice.target);
            !nodes.empty())
            return {nodes.front()};
    return bridge.inserted();
}

}
