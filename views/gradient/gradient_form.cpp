#include "views/gradient/gradient_form.h"

#include "views/gradient/expression_edit.h"
#include "views/style/icons.h"
#include "views/style/labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>

namespace backstep {

GradientForm::GradientForm(QWidget* parent)
    : QWidget(parent), m_title(new QLabel(this)), m_subtitle(new ElidedLabel({}, this)),
      m_edit(new ExpressionEdit(this)), m_names(makeNames()), m_verdict(new VerdictSection(this)),
      m_scope(new ScopeSection(this)),
      m_reasonTitle(quietLabel(tr("Reason, kept with the model"), "second", this)),
      m_reason(new QLineEdit(this))
{
    m_title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    m_subtitle->setProperty("tone", "second");
    m_edit->setMinimumHeight(56);
    m_reason->setAccessibleName(m_reasonTitle->text());
    m_reason->setPlaceholderText(tr("Why it may differ from the derivative"));
    connect(m_edit, &ExpressionEdit::submitted, this, &GradientForm::checkWanted);
    connect(m_reason, &QLineEdit::returnPressed, this, &GradientForm::attachWanted);
    m_reason->installEventFilter(this);

    // What explains scrolls where the panel is low; the text and the buttons stay in view.
    auto* details = new QWidget(this);
    auto* detailColumn = new QVBoxLayout(details);
    detailColumn->setContentsMargins(0, 0, 0, 0);
    detailColumn->setSpacing(8);
    for (QWidget* part :
         {static_cast<QWidget*>(ruleLine(details)), static_cast<QWidget*>(m_verdict),
          static_cast<QWidget*>(ruleLine(details)), static_cast<QWidget*>(m_scope),
          static_cast<QWidget*>(m_reasonTitle), static_cast<QWidget*>(m_reason)})
        detailColumn->addWidget(part);
    detailColumn->addStretch(1);
    auto* scroll = m_details = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(details);
    m_tall << scroll << m_names->findChild<QWidget*>(QStringLiteral("chips"));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 10);
    column->setSpacing(6);
    column->addWidget(m_title);
    column->addWidget(m_subtitle);
    column->addWidget(m_edit, 2);
    column->addWidget(m_names);
    column->addWidget(scroll, 5);
    column->addWidget(makeButtons());
    setNames({});
}

/// What is asked is in view.
bool GradientForm::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_reason && event->type() == QEvent::FocusIn)
        QMetaObject::invokeMethod(
            this, [this] { m_details->ensureWidgetVisible(m_reason, 0, 4); },
            Qt::QueuedConnection); // once the words above have their size
    return QWidget::eventFilter(watched, event);
}

QWidget* GradientForm::makeNames()
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

void GradientForm::setNames(const QStringList& names)
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

QWidget* GradientForm::makeButtons()
{
    auto* buttons = new QWidget(this);
    m_attach = styled(new QPushButton(inkIcon(QStringLiteral("check"), Ink::OnAccent),
                                      tr("Attach and go on"), buttons),
                      "primary");
    m_attach->setToolTip(tr("Attach the gradient and go back to the graph"));
    m_check = new QPushButton(tr("Check  Ctrl+Return"), buttons);
    m_check->setToolTip(tr("Compare the gradient with the derivative (Ctrl+Return)"));
    m_gradcheck = new QPushButton(tr("Gradcheck table"), buttons);
    m_gradcheck->setToolTip(tr("Gradient beside slope, element by element"));
    m_remove = new QPushButton(tr("Remove"), buttons);
    m_remove->setToolTip(tr("Take the attached gradient away"));
    m_revert = styled(new QPushButton(tr("Revert"), buttons), "link");
    m_revert->setToolTip(tr("Back to the text as it was"));
    connect(m_attach, &QPushButton::clicked, this, &GradientForm::attachWanted);
    connect(m_check, &QPushButton::clicked, this, &GradientForm::checkWanted);
    connect(m_gradcheck, &QPushButton::clicked, this, &GradientForm::gradcheckWanted);
    connect(m_remove, &QPushButton::clicked, this, &GradientForm::removeWanted);
    connect(m_revert, &QPushButton::clicked, this, &GradientForm::revertWanted);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (QWidget* button : {m_attach, m_check, m_gradcheck, m_remove})
        row->addWidget(button);
    row->addStretch(1);
    row->addWidget(m_revert);
    return buttons;
}

void GradientForm::setTitle(const QString& title, const QString& subtitle)
{
    m_title->setText(title);
    m_subtitle->setText(subtitle);
}

void GradientForm::setStatus(const QString& words, const QString& hint, bool isError)
{
    m_status->setProperty("tone", isError ? "error" : "second");
    m_status->setText(words);
    m_status->setToolTip(hint);
}

QString GradientForm::status() const
{
    return m_status->text();
}

void GradientForm::setLow(bool isLow, bool isLowest)
{
    for (QWidget* part : m_tall)
        part->setHidden(isLow);
    m_gradcheck->setHidden(isLow);
    m_subtitle->setHidden(isLow);
    m_title->setHidden(isLowest);
    m_names->setHidden(isLowest);
    m_edit->setMinimumHeight(isLow ? 24 : 56);
    layout()->setContentsMargins(16, isLow ? 3 : 12, 16, isLow ? 2 : 10);
    layout()->setSpacing(isLow ? 2 : 6);
}

}
