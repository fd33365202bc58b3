#pragma once

#include "engine/session/observer.h"
#include "views/timeline/time_rail.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <vector>

namespace backstep {

class Selection;
class SessionBridge;

/// Fetches how large the gradient of the selected op is at each timestep, for the time rail.
class RailFeed : public QObject
{
    Q_OBJECT
public:
    RailFeed(SessionBridge& bridge, Selection& selection, TimeRail& rail);

private:
    struct Place {
        size_t timestep;
        bool isInput; ///< dx, else dy
    };
    void restart();
    void ask();
    void take(Ticket ticket, const ValueSnapshot& value);
    bool isExecuted(const ValueAddress& address) const;

    SessionBridge& m_bridge;
    Selection& m_selection;
    TimeRail& m_rail;
    NodeId m_op = kNoNode;
    std::vector<TimestepNorms> m_norms;
    std::map<Ticket, Place> m_asked;
    QTimer m_later; ///< many moves in one turn of the event loop are one question
};

}
