#pragma once

#include "views/inspector/op_facts.h"

#include <QPointer>
#include <QWidget>

#include <map>

class QVBoxLayout;

namespace backstep {

class SessionBridge;
class ValueRow;
class ValueTable;

/// The VALUES block: asks the bridge for each value and fills the rows as answers arrive.
class ValueList : public QWidget
{
    Q_OBJECT
public:
    explicit ValueList(SessionBridge& bridge, QWidget* parent = nullptr);
    void setSubject(const QString& title, const std::vector<ValueSlot>& values);
    void setRowHeight(int height);
    /// Asks again, for instance because the pass has moved.
    void refresh();
    const std::vector<ValueRow*>& rows() const { return m_rows; }

private:
    void take(Ticket ticket, std::shared_ptr<const ValueSnapshot> value);
    void showNumbers(size_t index);

    SessionBridge& m_bridge;
    QVBoxLayout* m_column;
    QWidget* m_legend;
    QString m_title;
    std::vector<ValueSlot> m_slots;
    std::vector<ValueRow*> m_rows; ///< as many as were ever needed; the rest is hidden
    std::map<Ticket, size_t> m_asked;
    QPointer<ValueTable> m_table;
    size_t m_tableIndex = 0;
    int m_rowHeight = 32;
};

}
