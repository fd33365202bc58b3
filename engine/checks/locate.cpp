#include "engine/checks/locate.h"

#include <algorithm>

namespace backstep {

namespace {

/// "aten::floor_divide.default" to "floor_divide"
std::string_view plainOp(std::string_view op)
{
    if (const size_t colons = op.rfind("::"); colons != std::string_view::npos)
        op.remove_prefix(colons + 2);
    return op.substr(0, op.find('.'));
}

bool isOp(const Node& node, std::string_view op, std::optional<Framework> framework)
{
    if (node.op.type == op || node.origin.source == op)
        return true;
    if (node.origin.sourceOp && plainOp(node.origin.sourceOp->op) == op)
        return true;
    if (!framework)
        return false;
    const FrameworkOp* analogue = analogueOf(*framework, node.op.type);
    return analogue && analogue->name == op;
}

/// "lstm_1" to "lstm", "sequential/mid_1/Sign" to "sequential/mid/Sign": Keras numbers its layers.
std::string withoutNumbers(std::string_view name)
{
    std::string plain;
    for (size_t i = 0; i < name.size(); ++i) {
        size_t end = i + 1;
        if (name[i] == '_')
            while (end < name.size() && name[end] >= '0' && name[end] <= '9')
                ++end;
        if (end > i + 1 && (end == name.size() || name[end] == '/')) {
            i = end - 1;
            continue;
        }
        plain += name[i];
    }
    return plain;
}

/// One name is the other, or its end behind a slash.
bool isTail(std::string_view whole, std::string_view tail)
{
    if (tail.empty() || whole.size() < tail.size() || !whole.ends_with(tail))
        return false;
    return whole.size() == tail.size() || whole[whole.size() - tail.size() - 1] == '/';
}

bool isNamed(const Node& node, std::string_view name)
{
    std::string_view plain = name.substr(0, name.rfind(':')); // a tensor's ":0"
    const std::string wanted = withoutNumbers(plain);
    const std::string own = withoutNumbers(node.origin.name);
    const std::string layer = withoutNumbers(node.origin.layer);
    return isTail(own, wanted) || isTail(wanted, own) ||
           (!layer.empty() && (isTail(layer, wanted) || isTail(wanted, layer) ||
                               layer == wanted.substr(0, wanted.find('/'))));
}

}

std::vector<NodeId> opsNamedBy(const TracebackCause& cause, const Graph& graph)
{
    std::vector<NodeId> byOp, byName;
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase != Phase::Forward)
            continue;
        if (std::any_of(cause.ops.begin(), cause.ops.end(), [&](const std::string& op) {
                return isOp(node, plainOp(op), cause.pattern->framework);
            }))
            byOp.push_back(id);
        if (std::any_of(cause.names.begin(), cause.names.end(),
                        [&](const std::string& name) { return isNamed(node, name); }))
            byName.push_back(id);
    }
    std::vector<NodeId> both;
    std::set_intersection(byOp.begin(), byOp.end(), byName.begin(), byName.end(),
                          std::back_inserter(both));
    return !both.empty() ? both : !byOp.empty() ? byOp : byName;
}

}
