#include "views/gradient/scope_section.h"

#include "engine/session/gradient_choices.h"
#include "views/inspector/fix_option.h"
#include "views/models/gradient_targets.h"
#include "views/models/op_text.h"
#include "views/style/labels.h"
#include "views/style/value_text.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QLineEdit>
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
    : QWidget(parent), m_choices(new QButtonGroup(this)), m_grid(new QGridLayout),
      m_timesteps(new QLineEdit(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(new SectionHead(tr("Scope"), this));
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(2);
    column->addLayout(m_grid);
    m_timesteps->setPlaceholderText(tr("such as 3-5,9"));
    m_timesteps->setAccessibleName(tr("Timesteps of the gradient"));
    m_timesteps->setToolTip(tr("The timesteps at which the gradient stands: 7, 3-5 or 0-2,9; the "
                               "first one is 0. At the others the op's own rule stays."));
    m_timesteps->hide();
    column->addWidget(m_timesteps);
    connect(m_timesteps, &QLineEdit::textChanged, this, &ScopeSection::changed);
}

void ScopeSection::setNoOp()
{
    for (QAbstractButton* choice : m_choices->buttons())
        delete choice;
    m_timesteps->hide();
}

void ScopeSection::setOp(const Graph& graph, NodeId node, const Scopes& scopes)
{
    const int before = m_choices->checkedId();
    setNoOp();
    int count = 0;
    for (const GradientTarget::Scope scope : scopes) {
        const bool areSteps = scope == GradientTarget::Scope::Timesteps;
        if ((scope == GradientTarget::Scope::Layer && !hasLayer(graph, node)) ||
            (areSteps && timestepsOf(graph, node) == 0))
            continue;
        const QString places = areSteps ? tr("typed below")
                                        : plural(placesOf(graph, targetOf(graph, node, scope)),
                                                 tr("1 place"), tr("%1 places"));
        auto* choice = new FixOption(scopeText(graph, node, scope), places, places,
                                     FixOption::Remark::Beside, this);
        m_choices->addButton(choice, static_cast<int>(scope));
        m_grid->addWidget(choice, count / 2, count % 2);
        ++count;
        connect(choice, &FixOption::toggled, this, [this, areSteps](bool isChosen) {
            if (areSteps)
                m_timesteps->setVisible(isChosen);
            letTabChosen();
            if (isChosen)
                emit changed();
        });
    }
    QAbstractButton* again = m_choices->button(before);
    QAbstractButton* usual = m_choices->button(static_cast<int>(GradientTarget::Scope::Node));
    (again ? again : usual ? usual : m_choices->buttons().first())->setChecked(true);
    letTabChosen();
    emit rebuilt();
}

/// Tab goes to the one that is chosen; arrows lead to the others.
void ScopeSection::letTabChosen()
{
    for (QAbstractButton* choice : m_choices->buttons())
        choice->setFocusPolicy(choice->isChecked() ? Qt::StrongFocus : Qt::ClickFocus);
}

void ScopeSection::setTarget(const GradientTarget& target)
{
    m_timesteps->setText(QString::fromStdString(target.steps.text()));
    setScope(target.scope);
}

void ScopeSection::setScope(GradientTarget::Scope scope)
{
    if (QAbstractButton* choice = m_choices->button(static_cast<int>(scope)))
        choice->setChecked(true);
}

GradientTarget ScopeSection::target(const Graph& graph, NodeId node) const
{
    GradientTarget target = targetOf(graph, node, scope());
    if (target.scope == GradientTarget::Scope::Timesteps)
        if (Result<TimestepSet> steps = TimestepSet::parse(m_timesteps->text().toStdString()))
            target.steps = std::move(*steps);
    return target;
}

GradientTarget::Scope ScopeSection::scope() const
{
    const int chosen = m_choices->checkedId();
    return chosen < 0 ? GradientTarget::Scope::Node : static_cast<GradientTarget::Scope>(chosen);
}

}
