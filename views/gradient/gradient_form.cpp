#include "views/gradient/gradient_form.h"

#include "views/style/icons.h"
#include "views/style/labels.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>

namespace backstep {

GradientForm::GradientForm(QWidget* parent)
    : ExpressionForm(Side::Gradient, parent), m_verdict(new VerdictSection(this)),
      m_reason(new QLineEdit(this)), m_gradcheck(new QPushButton(tr("Gradcheck table"), this))
{
    auto* reasonTitle = quietLabel(tr("Reason, kept with the model"), "second", this);
    m_reason->setAccessibleName(reasonTitle->text());
    m_reason->setPlaceholderText(tr("Why it may differ from the derivative"));
    connect(m_reason, &QLineEdit::returnPressed, this, &GradientForm::attachWanted);
    m_reason->installEventFilter(this);
    addDetails({ruleLine(this), m_verdict, ruleLine(this), &scope(), reasonTitle, m_reason});

    m_attach->setIcon(inkIcon(QStringLiteral("check"), Ink::OnAccent));
    m_attach->setText(tr("Attach and go on"));
    m_attach->setToolTip(tr("Attach the gradient and go back to the graph"));
    m_remove->setToolTip(tr("Take the attached gradient away"));
    auto* check = new QPushButton(tr("Check  Ctrl+Return"), this);
    check->setToolTip(tr("Compare the gradient with the derivative (Ctrl+Return)"));
    m_gradcheck->setToolTip(tr("Gradient beside slope, element by element"));
    connect(check, &QPushButton::clicked, this, &GradientForm::checkWanted);
    connect(m_gradcheck, &QPushButton::clicked, this, &GradientForm::gradcheckWanted);
    addButton(check);
    addButton(m_gradcheck);
}

/// What is asked is in view, and Ctrl+Return there asks again; Return alone keeps the gradient.
bool GradientForm::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_reason && event->type() == QEvent::FocusIn)
        QMetaObject::invokeMethod(
            this, [this] { details().ensureWidgetVisible(m_reason, 0, 4); },
            Qt::QueuedConnection); // once the words above have their size
    if (watched == m_reason && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->modifiers() & Qt::ControlModifier) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            emit checkWanted();
            return true;
        }
    }
    return ExpressionForm::eventFilter(watched, event);
}

void GradientForm::setLow(bool isLow, bool isLowest)
{
    ExpressionForm::setLow(isLow, isLowest);
    m_gradcheck->setHidden(isLow);
}

}
