#include "views/gradient/expression_form.h"

#include "views/gradient/expression_edit.h"
#include "views/style/labels.h"
#include "views/style/segments.h"
#include "views/style/tab_order.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>

namespace backstep {

ExpressionForm::ExpressionForm(Side side, QWidget* parent)
    : QWidget(parent), m_side(side), m_title(new QLabel(this)),
      m_sides(new Segments({tr("Gradient"), tr("Forward")}, this)),
      m_subtitle(new ElidedLabel({}, this)), m_edit(new ExpressionEdit(this)), m_names(makeNames()),
      m_scope(new ScopeSection(this)), m_details(new QScrollArea(this))
{
    m_subtitle->setProperty("tone", "second");
    m_edit->setMinimumHeight(56);
    connect(m_edit, &ExpressionEdit::submitted, this, &ExpressionForm::checkWanted);
    connect(m_scope, &ScopeSection::rebuilt, this, [this] { tabInLayoutOrder(*this); });

    // What explains scrolls where the panel is low; the text and the buttons stay in view.
    auto* details = new QWidget(this);
    m_detailColumn = new QVBoxLayout(details);
    m_detailColumn->setContentsMargins(0, 0, 0, 0);
    m_detailColumn->setSpacing(8);
    m_details->setWidgetResizable(true);
    m_details->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_details->setFocusPolicy(Qt::NoFocus);
    m_details->setWidget(details);
    m_tall << m_details << m_names->findChild<QWidget*>(QStringLiteral("chips"));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 10);
    column->setSpacing(6);
    column->addWidget(makeHead());
    column->addWidget(m_subtitle);
    column->addWidget(m_edit, 2);
    column->addWidget(m_names);
    column->addWidget(m_details, 5);
    column->addWidget(makeButtons());
    setNames({});
}

QWidget* ExpressionForm::makeHead()
{
    m_title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    m_title->setMinimumWidth(40);
    m_sides->setIndex(static_cast<int>(m_side));
    m_sides->setAccessibleName(tr("Gradient or forward"));
    m_sides->setToolTip(tr("What the op gives back, or what it computes"));
    connect(m_sides, &Segments::chosen, this, [this](int index) {
        m_sides->setIndex(static_cast<int>(m_side)); // the other form shows the other one
        emit sideWanted(static_cast<Side>(index));
    });
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_title, 1);
    row->addWidget(m_sides);
    return head;
}

void ExpressionForm::addDetails(const QList<QWidget*>& parts)
{
    for (QWidget* part : parts)
        m_detailColumn->addWidget(part);
    m_detailColumn->addStretch(1);
}

QWidget* ExpressionForm::makeNames()
{
    auto* names = new QWidget(this);
    auto* chips = new QWidget(names);
    chips->setObjectName(QStringLiteral("chips"));
    auto* chipRow = new QHBoxLayout(chips);
    chipRow->setContentsMargins(0, 0, 0, 0);
    chipRow->setSpacing(5);
    m_status = new ElidedLabel({}, names);
    m_status->setProperty("tone", "second");
    m_status->setAccessibleName(tr("Errors of the expression"));
    auto* row = new QHBoxLayout(names);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(chips);
    row->addWidget(m_status, 1);
    return names;
}

void ExpressionForm::setNames(const QStringList& names)
{
    auto* chips = m_names->findChild<QWidget*>(QStringLiteral("chips"));
    for (QWidget* old : chips->findChildren<QWidget*>(Qt::FindDirectChildrenOnly))
        delete old;
    if (!names.isEmpty())
        chips->layout()->addWidget(quietLabel(tr("Names"), "second", chips));
    for (const QString& name : names) {
        auto* chip = styled(new QPushButton(name, chips), "small");
        chip->setToolTip(tr("Put %1 into the expression").arg(name));
        chip->setFocusPolicy(Qt::ClickFocus); // typing is quicker by keyboard
        connect(chip, &QPushButton::clicked, this, [this, name] {
            m_edit->insertPlainText(name);
            m_edit->setFocus();
        });
        chips->layout()->addWidget(chip);
    }
    m_status->setAlignment((names.isEmpty() ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
}

QWidget* ExpressionForm::makeButtons()
{
    auto* buttons = new QWidget(this);
    m_attach = styled(new QPushButton(buttons), "primary");
    m_remove = new QPushButton(tr("Remove"), buttons);
    m_revert = styled(new QPushButton(tr("Revert"), buttons), "link");
    m_revert->setToolTip(tr("Back to the text as it was"));
    connect(m_attach, &QPushButton::clicked, this, &ExpressionForm::attachWanted);
    connect(m_remove, &QPushButton::clicked, this, &ExpressionForm::removeWanted);
    connect(m_revert, &QPushButton::clicked, this, &ExpressionForm::revertWanted);
    m_buttonRow = new QHBoxLayout(buttons);
    m_buttonRow->setContentsMargins(0, 0, 0, 0);
    m_buttonRow->setSpacing(8);
    m_buttonRow->addWidget(m_attach);
    m_buttonRow->addWidget(m_remove);
    m_buttonRow->addStretch(1);
    m_buttonRow->addWidget(m_revert);
    return buttons;
}

void ExpressionForm::addButton(QPushButton* button)
{
    m_buttonRow->insertWidget(m_buttonRow->indexOf(m_remove), button);
}

void ExpressionForm::keyPressEvent(QKeyEvent* event)
{
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isReturn && (event->modifiers() & Qt::ControlModifier || m_scope->timesteps().hasFocus()))
        emit checkWanted();
    else
        QWidget::keyPressEvent(event);
}

void ExpressionForm::setTitle(const QString& title, const QString& subtitle)
{
    m_title->setText(title);
    m_subtitle->setText(subtitle);
}

void ExpressionForm::setStatus(const QString& words, const QString& hint, bool isError)
{
    m_status->setProperty("tone", isError ? "error" : "second");
    m_status->setText(words);
    m_status->setToolTip(hint);
}

QString ExpressionForm::status() const
{
    return m_status->text();
}

void ExpressionForm::setLow(bool isLow, bool isLowest)
{
    for (QWidget* part : m_tall)
        part->setHidden(isLow);
    m_subtitle->setHidden(isLow);
    m_title->parentWidget()->setHidden(isLowest);
    m_names->setHidden(isLowest);
    m_edit->setMinimumHeight(isLow ? 24 : 56);
    layout()->setContentsMargins(16, isLow ? 3 : 12, 16, isLow ? 2 : 10);
    layout()->setSpacing(isLow ? 2 : 6);
}

}
