#include "views/inspector/value_list.h"

#include "views/inspector/value_row.h"
#include "views/inspector/value_table.h"
#include "views/models/session_bridge.h"
#include "views/plots/heatmap.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QPainter>
#include <QVBoxLayout>

namespace backstep {

namespace {

/// The ramp of the heatmaps with its ends: always visible, since colours mean nothing without.
class RampLegend : public QWidget
{
public:
    explicit RampLegend(QWidget* parent) : QWidget(parent) { setFixedHeight(14); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setFont(uiFont(10));
        painter.setPen(Palette::current().second);
        const int left = width() - 120;
        painter.drawText(QRect(left - 42, 0, 38, 14), Qt::AlignRight | Qt::AlignVCenter,
                         QStringLiteral("−max"));
        paintHeatmapLegend(painter, QRectF(left, 4, 56, 6));
        painter.drawText(QRect(left + 60, 0, 60, 14), Qt::AlignLeft | Qt::AlignVCenter,
                         QStringLiteral("+max"));
    }
};

}

ValueList::ValueList(SessionBridge& bridge, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_column(new QVBoxLayout(this)),
      m_legend(new RampLegend(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addWidget(m_legend);
    connect(&bridge, &SessionBridge::valueReady, this, &ValueList::take);
    connect(&bridge, &SessionBridge::passMoved, this, &ValueList::refresh);
}

void ValueList::setSubject(const QString& title, const std::vector<ValueSlot>& values)
{
    m_title = title;
    m_slots = values;
    while (m_rows.size() < m_slots.size()) {
        const size_t index = m_rows.size();
        m_rows.push_back(new ValueRow(this));
        m_rows.back()->setFixedHeight(m_rowHeight);
        m_column->insertWidget(static_cast<int>(index), m_rows.back());
        connect(m_rows.back(), &ValueRow::clicked, this, [this, index] { showNumbers(index); });
    }
    for (size_t i = 0; i < m_rows.size(); ++i) {
        m_rows[i]->setVisible(i < m_slots.size());
        if (i < m_slots.size())
            m_rows[i]->setAbsent(m_slots[i].name, QStringLiteral("…"));
    }
    m_legend->setVisible(!m_slots.empty());
    refresh();
}

void ValueList::setRowHeight(int height)
{
    m_rowHeight = height;
    for (ValueRow* row : m_rows)
        row->setFixedHeight(height);
}

void ValueList::refresh()
{
    if (m_bridge.pass().isRunning)
        return; // there is no answer before the run is over
    m_asked.clear();
    for (size_t i = 0; i < m_slots.size(); ++i) {
        if (m_slots[i].address.value == kNoValue)
            m_rows[i]->setAbsent(m_slots[i].name, m_slots[i].absence);
        else
            m_asked[m_bridge.requestValue(m_slots[i].address,
                                          QStringLiteral("inspector/%1").arg(i))] = i;
    }
}

void ValueList::take(Ticket ticket, std::shared_ptr<const ValueSnapshot> value)
{
    const auto asked = m_asked.find(ticket);
    if (asked == m_asked.end())
        return;
    const size_t index = asked->second;
    m_asked.erase(asked);
    m_rows[index]->setValue(m_slots[index].name, value, m_slots[index].isCotangent);
    if (m_table && m_tableIndex == index)
        showNumbers(index);
}

void ValueList::showNumbers(size_t index)
{
    if (!m_table) {
        m_table = new ValueTable(window());
        m_table->setAttribute(Qt::WA_DeleteOnClose);
    }
    m_tableIndex = index;
    m_table->setValue(QStringLiteral("%1 of %2").arg(m_slots[index].name, m_title),
                      m_rows[index]->value());
    m_table->show();
    m_table->raise();
}

}
