#pragma once

#include "engine/session/document.h"

#include <QWidget>

class QButtonGroup;
class QGridLayout;

namespace backstep {

struct Snapshot;

/// For which ops the gradient is: radio buttons with the number of places that each takes in.
class ScopeSection : public QWidget
{
    Q_OBJECT
public:
    explicit ScopeSection(QWidget* parent = nullptr);
    /// kNoNode: no choice. Keeps the scope where the op has it too.
    void setOp(const Snapshot& snapshot, NodeId node);
    void setScope(GradientTarget::Scope scope);
    GradientTarget::Scope scope() const;

signals:
    void changed();

private:
    QButtonGroup* m_choices;
    QGridLayout* m_grid;
};

}
