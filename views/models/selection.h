#pragma once

#include "engine/graph/graph.h"

#include <QObject>

namespace backstep {

/// What all views look at: an op at a timestep, or a weight. One for the window; views read it and
/// set it, and never react to what they set themselves because an equal choice is not a change.
class Selection : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    const OpAddress& op() const { return m_op; }
    ValueId weight() const { return m_weight; }
    bool isEmpty() const { return m_op.node == kNoNode && m_weight == kNoValue; }

    void selectOp(const OpAddress& address);
    /// At the timestep that is looked at, as far as the op has one.
    void selectOpHere(const Graph& graph, NodeId op);
    void selectWeight(ValueId weight);
    void clear();

signals:
    void changed();

private:
    void set(const OpAddress& op, ValueId weight);

    OpAddress m_op;
    ValueId m_weight = kNoValue;
};

}
