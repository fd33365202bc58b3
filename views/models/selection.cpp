#include "views/models/selection.h"

namespace backstep {

void Selection::selectOp(const OpAddress& address)
{
    set(address, kNoValue);
}

void Selection::selectOpHere(const Graph& graph, NodeId op)
{
    const int depth = graph.depth(graph.node(op).region);
    TimestepPath at = m_op.at;
    while (at.depth < depth)
        at = at.then(0);
    selectOp({op, at.upTo(depth)});
}

void Selection::selectWeight(ValueId weight)
{
    set({}, weight);
}

void Selection::clear()
{
    set({}, kNoValue);
}

void Selection::set(const OpAddress& op, ValueId weight)
{
    if (op == m_op && weight == m_weight)
        return;
    m_op = op;
    m_weight = weight;
    emit changed();
}

}
