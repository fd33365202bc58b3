#include "views/gradient/scope_section.h"

#include "engine/session/gradient_choices.h"
#include "views/inspector/fix_option.h"
#include "views/models/gradient_targets.h"
#include "views/models/op_text.h"
#include "views/style/labels.h"
#include "views/style/value_text.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QVBoxLayout>

namespace backstep {

namespace {

/// How often the ops of a target run.
int64_t placesOf(const Graph& graph, const GradientTarget& target)
{
    int64_t places = 0;
    for (const NodeId node : nodesOf(graph, target))
        places += std::max<int64_t>(1, timestepsOf(graph, node));
    return places;
}

}

ScopeSection::ScopeSection(QWidget* parent)
    : QWidget(parent), m_choices(new QButtonGroup(this)), m_grid(new QGridLayout)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(new SectionHead(tr("Scope"), this));
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(2);
    column->addLayout(m_grid);
}

void ScopeSection::setNoOp()
{
    for (QAbstractButton* choice : m_choices->buttons())
        delete choice;
}

void ScopeSection::setOp(const Graph& graph, NodeId node, const Scopes& scopes)
{
    const int before = m_choices->checkedId();
    setNoOp();
    int count = 0;
    for (const GradientTarget::Scope scope : scopes) {
        if (scope == GradientTarget::Scope::Layer && !hasLayer(graph, node))
            continue;
        const QString places =
            plural(placesOf(graph, targetOf(graph, node, scope)), tr("1 place"), tr("%1 places"));
        auto* choice = new FixOption(scopeText(graph, node, scope), places, places,
                                     FixOption::Remark::Beside, this);
        m_choices->addButton(choice, static_cast<int>(scope));
        m_grid->addWidget(choice, count / 2, count % 2);
        ++count;
        connect(choice, &FixOption::toggled, this, [this](bool isChosen) {
            if (isChosen)
                emit changed();
        });
    }
    QAbstractButton* again = m_choices->button(before);
    (again ? again : m_choices->buttons().first())->setChecked(true);
}

void ScopeSection::setScope(GradientTarget::Scope scope)
{
    if (QAbstractButton* choice = m_choices->button(static_cast<int>(scope)))
        choice->setChecked(true);
}

GradientTarget::Scope ScopeSection::scope() const
{
    return static_cast<GradientTarget::Scope>(std::max(0, m_choices->checkedId()));
}

}
