#include "views/models/selection.h"

namespace backstep {

void Selection::selectOp(const OpAddress& address)
{
    set(address, kNoValue);
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
