#include "views/gradient/completion_popup.h"

#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace backstep {

namespace {
constexpr int kRow = 24, kFoot = 24, kMostRows = 7, kWidth = 340, kMargin = 4;
}

CompletionPopup::CompletionPopup(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Completions"));
    hide();
}

int CompletionPopup::shownRows() const
{
    return std::min(kMostRows, static_cast<int>(m_list.offers.size()));
}

void CompletionPopup::offer(const CompletionList& list, const std::optional<SignatureTip>& tip,
                            const QRect& below)
{
    m_list = list;
    m_tip = tip;
    m_marked = m_first = 0;
    if (m_list.offers.empty() && !m_tip)
        return hide();
    fit(below);
    show();
    raise();
    update();
}

void CompletionPopup::fit(const QRect& below)
{
    const int foot = footText().isEmpty() ? 0 : kFoot;
    const QSize size(std::min(kWidth, parentWidget()->width() - 8),
                     shownRows() * kRow + foot + 2 * kMargin);
    const QRect room = parentWidget()->rect();
    int top = below.bottom() + 2;
    if (top + size.height() > room.bottom() && below.top() - 2 - size.height() >= room.top())
        top = below.top() - 2 - size.height();
    setGeometry(std::clamp(below.left(), 4, std::max(4, room.width() - size.width() - 4)), top,
                size.width(), size.height());
}

void CompletionPopup::move(int rows)
{
    const int count = static_cast<int>(m_list.offers.size());
    if (count == 0)
        return;
    m_marked = std::clamp(m_marked + rows, 0, count - 1);
    m_first = std::clamp(m_first, m_marked - shownRows() + 1, m_marked);
    setAccessibleDescription(QString::fromStdString(marked().name));
    update();
}

QString CompletionPopup::footText() const
{
    const auto joined = [](const std::string& signature, const std::string& derivative) {
        QString text = QString::fromStdString(signature);
        if (!derivative.empty())
            text += (text.isEmpty() ? QString() : QStringLiteral(":  ")) +
                    QString::fromStdString(derivative);
        return text;
    };
    if (!m_list.offers.empty())
        return joined(marked().signature, marked().derivative);
    return m_tip ? joined(m_tip->signature, m_tip->derivative) : QString();
}

void CompletionPopup::mousePressEvent(QMouseEvent* event)
{
    const int row = (static_cast<int>(event->position().y()) - kMargin) / kRow;
    if (row < 0 || row >= shownRows())
        return;
    m_marked = m_first + row;
    emit taken();
}

void CompletionPopup::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette.controlBorder);
    painter.setBrush(palette.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    for (int i = 0; i < shownRows(); ++i) {
        const Completion& offer = m_list.offers[static_cast<size_t>(m_first + i)];
        const QRect row(kMargin, kMargin + i * kRow, width() - 2 * kMargin, kRow);
        if (m_first + i == m_marked) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(palette.tint);
            painter.drawRoundedRect(row, 4, 4);
        }
        const QRect text = row.adjusted(8, 0, -8, 0);
        QFont nameFont = monoFont(12);
        nameFont.setWeight(m_first + i == m_marked ? QFont::DemiBold : QFont::Normal);
        painter.setFont(nameFont);
        painter.setPen(palette.text);
        const QString name = QString::fromStdString(offer.name);
        painter.drawText(text, Qt::AlignVCenter, name);
        const int taken = painter.fontMetrics().horizontalAdvance(name) + 16;
        painter.setFont(uiFont(12));
        painter.setPen(palette.second);
        painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(QString::fromStdString(offer.description),
                                                          Qt::ElideRight, text.width() - taken));
    }
    const QString foot = footText();
    if (foot.isEmpty())
        return;
    const QRect place(kMargin + 8, height() - kMargin - kFoot, width() - 2 * kMargin - 16, kFoot);
    if (!m_list.offers.empty()) {
        painter.setPen(palette.rule);
        painter.drawLine(1, place.top(), width() - 2, place.top());
    }
    painter.setFont(monoFont(11));
    painter.setPen(palette.second);
    const QString key = m_list.offers.empty() ? QString() : tr("Tab");
    painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, key);
    painter.drawText(place, Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(
                         foot, Qt::ElideRight,
                         place.width() - painter.fontMetrics().horizontalAdvance(key) - 12));
}

}
