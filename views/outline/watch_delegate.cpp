#include "views/outline/watch_delegate.h"

#include "views/models/watch_model.h"
#include "views/plots/norm_scale.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QPainter>

#include <cmath>

namespace backstep {

namespace {

constexpr int kNameWidth = 74, kNumberWidth = 60, kLineHeight = 18;

/// A bar for each timestep; zero is the double line of its role, what is ahead a dotted ground.
void paintBars(QPainter& painter, const QRect& place, const QVariantList& norms,
               const QColor& colour)
{
    const Palette& palette = Palette::current();
    const double wide = static_cast<double>(place.width()) / static_cast<double>(norms.size());
    const double ground = place.bottom() - 1;
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int i = 0; i < norms.size(); ++i) {
        const double norm = norms[i].toDouble();
        const double left = place.left() + wide * i;
        const double width = std::max(1.0, wide > 4 ? wide - 2 : wide);
        if (std::isnan(norm)) {
            painter.setPen(QPen(palette.third, 1, Qt::DotLine));
            painter.drawLine(QPointF(left, ground), QPointF(left + width, ground));
        } else if (norm == 0) {
            painter.fillRect(QRectF(left, ground, width, 1), palette.zero);
            painter.fillRect(QRectF(left, ground - 3, width, 1), palette.zero);
        } else {
            const double height = std::max(2.0, normShare(norm) * (place.height() - 2));
            painter.fillRect(QRectF(left, ground + 1 - height, width, height), colour);
        }
    }
}

void paintLine(QPainter& painter, const QRect& line, const QString& name, const QVariantList& norms,
               const QString& number, const QColor& colour, bool isQuiet)
{
    const Palette& palette = Palette::current();
    painter.setFont(isQuiet ? uiFont(11) : monoFont(12));
    painter.setPen(isQuiet ? palette.second : palette.text);
    painter.drawText(QRect(line.left(), line.top(), kNameWidth, line.height()), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(name, Qt::ElideRight, kNameWidth));
    painter.setFont(monoFont(isQuiet ? 11 : 12));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, number);
    if (!norms.isEmpty())
        paintBars(painter, line.adjusted(kNameWidth + 4, 2, -kNumberWidth - 4, -2), norms, colour);
}

}

QSize WatchDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const bool isTall = !index.data(WatchModel::BeforeRole).toList().isEmpty();
    return {0, isTall ? kTallRowHeight : kRowHeight};
}

void WatchDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    const Palette& palette = Palette::current();
    painter->save();
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, palette.tint);
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, palette.raised);
    const QVariantList before = index.data(WatchModel::BeforeRole).toList();
    QRect line = option.rect.adjusted(12, 3, -12, 0);
    line.setHeight(kLineHeight);
    paintLine(*painter, line, index.data().toString(), index.data(WatchModel::NormsRole).toList(),
              index.data(WatchModel::NumberRole).toString(), palette.backward, false);
    if (!before.isEmpty())
        paintLine(*painter, line.translated(0, kLineHeight - 2), WatchModel::tr("without fix"),
                  before, index.data(WatchModel::BeforeNumberRole).toString(), palette.second,
                  true);
    painter->restore();
}

}
