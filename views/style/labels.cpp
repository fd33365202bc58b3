#include "views/style/labels.h"

#include "views/style/fonts.h"
#include "views/style/icons.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QPainter>
#include <QStyle>

namespace backstep {

ElidedLabel::ElidedLabel(const QString& text, QWidget* parent) : QLabel(text, parent)
{
    setTextFormat(Qt::PlainText);
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {24, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QString shown = fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
    setToolTip(shown == text() ? QString() : text());
    style()->drawItemText(&painter, contentsRect(), static_cast<int>(alignment()), palette(),
                          isEnabled(), shown, foregroundRole());
}

SectionHead::SectionHead(const QString& title, QWidget* parent)
    : QWidget(parent), m_title(new QLabel(title, this)), m_remark(new ElidedLabel({}, this))
{
    m_title->setFont(sectionFont());
    m_title->setStyleSheet(QStringLiteral("font-size: 11px; font-weight: 600;"));
    m_title->setProperty("tone", "second");
    m_remark->setProperty("tone", "second");
    m_remark->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_title);
    row->addWidget(m_remark, 1);
}

void SectionHead::setTitle(const QString& title)
{
    m_title->setText(title);
}

void SectionHead::setRemark(const QString& remark)
{
    m_remark->setText(remark);
}

IconLabel::IconLabel(const QString& name, int size, QWidget* parent) : QWidget(parent), m_name(name)
{
    setFixedSize(size, size);
}

void IconLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    inkIcon(m_name, Ink::Second).paint(&painter, rect());
}

QLabel* quietLabel(const QString& text, const char* tone, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("tone", tone);
    return label;
}

QWidget* ruleLine(QWidget* parent)
{
    auto* line = new QFrame(parent);
    line->setProperty("line", true);
    line->setFixedHeight(1);
    return line;
}

QLabel* keyCap(const QString& key, QWidget* parent)
{
    return styled(new QLabel(key, parent), "keycap");
}

}
