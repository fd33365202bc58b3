#include "views/gradient/library_delegate.h"

#include "views/models/gradient_targets.h"
#include "views/plots/plot_frame.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr int kPlotWidth = 76, kNarrowPlot = 52, kPlotHeight = 40, kGap = 10;
constexpr int kNarrowRow = 300;

void paintThumbnail(QPainter& painter, const QRectF& box, const std::vector<double>& curve,
                    const QColor& ink, bool isSelected)
{
    const Palette& palette = Palette::current();
    painter.setPen(isSelected ? QPen(palette.accent, 1.5) : QPen(palette.rule, 1));
    painter.setBrush(palette.panel);
    painter.drawRoundedRect(box, 4, 4);
    if (curve.empty())
        return;
    double low = 0, high = 1;
    for (const double value : curve)
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    const double air = 0.12 * (high - low);
    const PlotFrame frame(box.adjusted(3, 3, -3, -3), {-2, 2, low - air, high + air});
    painter.setPen(palette.rule);
    painter.drawLine(frame.at(-2, 0), frame.at(2, 0));
    painter.drawLine(frame.at(0, low - air), frame.at(0, high + air));
    const bool isZero =
        std::all_of(curve.begin(), curve.end(), [](double value) { return value == 0; });
    // Small as it is, a jump is drawn as a line, not as a gap.
    QPolygonF line;
    for (size_t i = 0; i < curve.size(); ++i)
        if (std::isfinite(curve[i]))
            line << frame.at(
                -2 + 4 * static_cast<double>(i) / static_cast<double>(curve.size() - 1), curve[i]);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(isZero ? palette.zero : ink, isZero ? 1 : 1.5));
    painter.drawPolyline(isZero ? line.translated(0, -1.5) : line);
    if (isZero)
        painter.drawPolyline(line.translated(0, 1.5));
}

}

void LibraryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    const Palette& palette = Palette::current();
    const bool isSelected = option.state & QStyle::State_Selected;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF row = QRectF(option.rect).adjusted(4, 1, -4, -1);
    if (isSelected || option.state & QStyle::State_MouseOver) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(isSelected ? palette.tint : palette.raised);
        painter->drawRoundedRect(row, 6, 6);
    }
    if (isSelected && option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(palette.accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(row, 6, 6);
    }
    const QRectF box(row.left() + 6, row.center().y() - kPlotHeight / 2.0, kPlotWidth, kPlotHeight);
    std::vector<double> curve;
    for (const QVariant& slope : index.data(CurveRole).toList())
        curve.push_back(slope.toDouble());
    paintThumbnail(*painter, box, curve, m_isOfGradients ? palette.backward : palette.forward,
                   isSelected);

    const double live = index.data(ShareRole).toDouble();
    const double textLeft = box.right() + kGap;
    const QRectF top(textLeft, row.top() + 5, row.right() - 10 - textLeft, 19);
    const QRectF below(textLeft, row.top() + 25, top.width(), 19);
    painter->setFont(monoFont(12));
    painter->setPen(palette.text);
    QRectF title = top;
    if (live >= 0) {
        const QString share = QStringLiteral("%1 %").arg(std::lround(100 * live));
        painter->drawText(top, Qt::AlignRight | Qt::AlignVCenter, share);
        title.setRight(top.right() - painter->fontMetrics().horizontalAdvance(share) - 8);
    }
    painter->setFont(uiFont(13, isSelected ? QFont::DemiBold : QFont::Medium));
    painter->drawText(title, Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                        static_cast<int>(title.width())));
    painter->setFont(monoFont(11));
    painter->setPen(palette.second);
    QString formula = index.data(ExpressionRole).toString();
    if (painter->fontMetrics().horizontalAdvance(formula) > below.width())
        formula = readingText(formula.toStdString());
    painter->drawText(below, Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(formula, Qt::ElideRight,
                                                        static_cast<int>(below.width())));
    painter->restore();
}

}
