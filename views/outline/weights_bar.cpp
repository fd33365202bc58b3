#include "views/outline/weights_bar.h"

#include "views/models/weights_model.h"
#include "views/style/badge.h"
#include "views/style/labels.h"
#include "views/style/palette.h"

#include <QPainter>
#include <QVBoxLayout>

namespace backstep {

/// Live filled; zero a hollow double line; blocked hatched; none dashed: never by colour alone.
class WeightsBar::Bar : public QWidget
{
public:
    Bar(WeightsModel& weights, QWidget* parent) : QWidget(parent), m_weights(weights)
    {
        setFixedHeight(8);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const int count = m_weights.rowCount();
        if (count == 0)
            return;
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        double left = 0;
        const auto add = [&](Flow flow, int part, bool isIncomplete) {
            const double wide = static_cast<double>(width()) * part / count;
            if (part > 0)
                paintPart(painter, QRectF(left, 1, wide - 2, 6), flow, isIncomplete);
            left += wide;
        };
        const int incomplete = m_weights.incompleteCount();
        add(Flow::Live, m_weights.countOf(Flow::Live) - incomplete, false);
        add(Flow::Live, incomplete, true);
        for (Flow flow : {Flow::Zero, Flow::Blocked, Flow::None})
            add(flow, m_weights.countOf(flow), false);
    }

private:
    void paintPart(QPainter& painter, const QRectF& box, Flow flow, bool isIncomplete)
    {
        const QColor colour = badgeOfWeight(flow).colour;
        const QRectF inner = box.adjusted(0.75, 0.75, -0.75, -0.75);
        if (flow == Flow::Live) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            painter.drawRoundedRect(box, 3, 3);
            if (isIncomplete) { // a term of it is blocked
                painter.setBrush(QBrush(badgeOfWeight(Flow::Blocked).colour, Qt::BDiagPattern));
                painter.drawRoundedRect(box, 3, 3);
            }
            return;
        }
        painter.setBrush(flow == Flow::Blocked ? QBrush(colour, Qt::BDiagPattern)
                                               : QBrush(Qt::NoBrush));
        painter.setPen(QPen(colour, 1.25, flow == Flow::None ? Qt::DashLine : Qt::SolidLine));
        painter.drawRoundedRect(inner, 2.5, 2.5);
    }
    WeightsModel& m_weights;
};

WeightsBar::WeightsBar(WeightsModel& weights, QWidget* parent)
    : QWidget(parent), m_weights(weights), m_bar(new Bar(weights, this)),
      m_words(new ElidedLabel({}, this))
{
    m_words->setStyleSheet(QStringLiteral("font-size: 12px;"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 12);
    column->setSpacing(6);
    column->addWidget(new SectionHead(tr("Weights"), this));
    column->addWidget(m_bar);
    column->addWidget(m_words);
}

void WeightsBar::refresh()
{
    const QStringList parts = m_weights.summary();
    m_words->setText(parts.isEmpty() ? tr("No weights") : parts.join(QStringLiteral(" · ")));
    m_words->setAccessibleName(tr("Weights: %1").arg(m_words->text()));
    QStringList names;
    for (int row = 0; row < m_weights.rowCount(); ++row)
        names << QStringLiteral("%1: %2").arg(
            m_weights.index(row, WeightsModel::NameColumn).data().toString(),
            m_weights.index(row, WeightsModel::StatusColumn).data().toString());
    m_bar->setToolTip(names.join(QLatin1Char('\n')));
    m_bar->update();
}

}
