#include "views/gradient/plot_column.h"

#include "views/gradient/effect_list.h"
#include "views/gradient/function_plot.h"
#include "views/style/labels.h"
#include "views/style/value_text.h"

#include <QComboBox>
#include <QHBoxLayout>

namespace backstep {

PlotColumn::PlotColumn(const QString& title, QWidget* parent)
    : QWidget(parent), m_plot(new FunctionPlot(this)), m_range(new QComboBox(this)),
      m_effect(new EffectList(this))
{
    auto* name = new QLabel(title, this);
    name->setStyleSheet(QStringLiteral("font-size: 15px; font-weight: 600;"));
    m_range->setAccessibleName(tr("Range of x"));
    m_range->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_range, &QComboBox::currentIndexChanged, this, &PlotColumn::rangeChanged);
    auto* head = new QHBoxLayout;
    head->addWidget(name);
    head->addStretch(1);
    head->addWidget(m_range);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 10);
    column->setSpacing(8);
    column->addLayout(head);
    column->addWidget(m_plot, 7);
    column->addWidget(ruleLine(this));
    column->addWidget(m_effect, 2);
}

double PlotColumn::left() const
{
    const QPointF range = m_range->currentData().toPointF();
    return range.x() < range.y() ? range.x() : -2;
}

double PlotColumn::right() const
{
    const QPointF range = m_range->currentData().toPointF();
    return range.x() < range.y() ? range.y() : 2;
}

void PlotColumn::setSeen(const SeenInput& seen)
{
    m_plot->setSeen(seen);
    const QPointF before = m_range->currentData().toPointF();
    const QSignalBlocker quiet(m_range);
    m_range->clear();
    int first = -1;
    for (const double bound : {1.0, 2.0, 5.0, 10.0}) {
        if (first < 0 && bound >= 2 && -bound <= seen.minimum && seen.maximum <= bound)
            first = m_range->count();
        m_range->addItem(tr("x from %1 to %2").arg(numberText(-bound), numberText(bound)),
                         QPointF(-bound, bound));
    }
    if (seen.minimum < seen.maximum) {
        const double air = 0.05 * (seen.maximum - seen.minimum);
        if (first < 0)
            first = m_range->count();
        m_range->addItem(tr("x as seen, %1").arg(rangeText(seen.minimum, seen.maximum)),
                         QPointF(seen.minimum - air, seen.maximum + air));
    }
    const int again = m_range->findData(before);
    m_range->setCurrentIndex(again >= 0 ? again : std::max(first, 0));
    if (m_range->currentData().toPointF() != before)
        emit rangeChanged();
}

void PlotColumn::setLow(bool isLow)
{
    m_effect->setVisible(!isLow);
}

}
