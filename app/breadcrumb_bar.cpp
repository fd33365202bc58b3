#include "app/breadcrumb_bar.h"

#include "views/style/fonts.h"
#include "views/style/icons.h"
#include "views/style/palette.h"

#include <QPainter>

namespace backstep {

BreadcrumbBar::BreadcrumbBar(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(29);
}

void BreadcrumbBar::setPlace(const QStringList& parts)
{
    m_parts = parts;
    setAccessibleName(tr("Place: %1").arg(parts.join(QStringLiteral(", "))));
    setToolTip(parts.join(QStringLiteral(" › ")));
    update();
}

void BreadcrumbBar::setSummary(const QString& summary)
{
    m_summary = summary;
    setAccessibleDescription(summary);
    update();
}

void BreadcrumbBar::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setFont(uiFont(12));
    painter.setPen(palette.second);
    const int summaryWidth = painter.fontMetrics().horizontalAdvance(m_summary);
    painter.drawText(rect().adjusted(0, 0, -12, 0), Qt::AlignRight | Qt::AlignVCenter, m_summary);

    const int end = width() - summaryWidth - 36;
    inkIcon(QStringLiteral("file"), Ink::Second).paint(&painter, QRect(12, 7, 15, 15));
    int left = 34;
    for (int i = 0; i < m_parts.size() && left < end; ++i) {
        const bool isLast = i + 1 == m_parts.size();
        if (i > 0) {
            inkIcon(QStringLiteral("chevron"), Ink::Second)
                .paint(&painter, QRect(left, 10, 10, 10));
            left += 16;
        }
        painter.setFont(uiFont(12, isLast ? QFont::DemiBold : QFont::Normal));
        painter.setPen(isLast ? palette.text : palette.second);
        const QString shown =
            painter.fontMetrics().elidedText(m_parts[i], Qt::ElideRight, std::max(0, end - left));
        const int wide = painter.fontMetrics().horizontalAdvance(shown);
        painter.drawText(QRect(left, 0, wide + 2, height()), Qt::AlignVCenter, shown);
        left += wide + 6;
    }
}

}
