#pragma once

#include "engine/session/document.h"

#include <QWidget>

class QButtonGroup;
class QGridLayout;

namespace backstep {

/// For which ops the gradient is: radio buttons with the number of places that each takes in.
class ScopeSection : public QWidget
{
    Q_OBJECT
public:
    explicit ScopeSection(QWidget* parent = nullptr);
    using Scopes = std::vector<GradientTarget::Scope>;
    /// Those of `scopes` that the op has; none without an op. Keeps the scope where the op has it
    /// too.
    void setOp(const Graph& graph, NodeId node, const Scopes& scopes);
    void setNoOp();
    void setScope(GradientTarget::Scope scope);
    GradientTarget::Scope scope() const;

signals:
    void changed();

private:
    QButtonGroup* m_choices;
    QGridLayout* m_grid;
};

}
