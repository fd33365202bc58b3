// The check of all gradients beside an open session.

#include "engine/session/model_gradcheck.h"

#include <map>

namespace backstep {

Result<std::vector<OpGradcheck>> gradcheckDocument(const Document& document, const Graph& shown,
                                                   const GradcheckOptions& options,
                                                   const GradcheckProgress& progress)
{
    DebugSession copy;
    if (Result<void> opened = copy.openCopy(document, narrowFloats, options.stop); !opened)
        return opened.takeError();
    using Name = std::pair<std::string, std::string>;
    std::map<Name, NodeId> shownOps;
    for (const NodeId id : shown.nodeIds())
        if (const Node& node = shown.node(id); node.origin.phase == Phase::Forward)
            shownOps[{node.origin.name, node.op.type}] = id;
    const Graph& graph = *copy.snapshot()->program;
    const auto renamed = [&](OpGradcheck row) {
        if (row.node == kNoNode)
            return row;
        const Node& node = graph.node(row.node);
        const auto found = shownOps.find({node.origin.name, node.op.type});
        row.node = row.at.node = found == shownOps.end() ? kNoNode : found->second;
        return row;
    };
    std::vector<OpGradcheck> rows;
    gradcheckModel(copy, {}, options, [&](const OpGradcheck& row, size_t done, size_t all) {
        rows.push_back(renamed(row));
        if (progress)
            progress(rows.back(), done, all);
    });
    return rows;
}

}
