#pragma once

#include "engine/session/document.h"

#include <QWidget>

class QButtonGroup;
class QGridLayout;
class QLineEdit;

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
    /// The op's target in the scope that is chosen, with the timesteps that are typed; those are
    /// none where the text cannot be read.
    GradientTarget target(const Graph& graph, NodeId node) const;
    void setTarget(const GradientTarget& target);
    void setScope(GradientTarget::Scope scope);
    GradientTarget::Scope scope() const;
    QLineEdit& timesteps() { return *m_timesteps; }

signals:
    void changed();
    /// Another op has other scopes.
    void rebuilt();

private:
    void letTabChosen();

    QButtonGroup* m_choices;
    QGridLayout* m_grid;
    QLineEdit* m_timesteps; ///< "3-5,9", beside the scope that wants it
};

}
