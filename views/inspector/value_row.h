#pragma once

#include "engine/session/observer.h"
#include "views/plots/heatmap.h"
#include "views/plots/histogram.h"

#include <QAbstractButton>

namespace backstep {

/// One value at a glance: name, range, heatmap, histogram. Pressing it asks for the numbers.
class ValueRow : public QAbstractButton
{
    Q_OBJECT
public:
    explicit ValueRow(QWidget* parent = nullptr);
    /// A name and words in place of a value: "…" while it is on its way, or why there is none.
    void setAbsent(const QString& name, const QString& words);
    void setValue(const QString& name, std::shared_ptr<const ValueSnapshot> value,
                  bool isCotangent);
    const std::shared_ptr<const ValueSnapshot>& value() const { return m_value; }
    /// What is written beside the name.
    const QString& shownText() const { return m_text; }
    QSize sizeHint() const override { return {240, 32}; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    QString m_name, m_text;
    std::shared_ptr<const ValueSnapshot> m_value;
    bool m_isCotangent = false;
    HeatmapCells m_cells;
    Histogram m_histogram;
};

/// All elements as doubles, thinned to at most `most` by an even stride; empty for strings.
std::vector<double> numbersOf(const Tensor& tensor, int64_t most);

}
