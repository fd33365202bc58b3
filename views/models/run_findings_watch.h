#pragma once

#include "engine/diagnostics/finding.h"

#include <QObject>

#include <memory>

namespace backstep {

class SessionBridge;
struct Snapshot;

/// Asks, whenever a pass has come to its end, what only its values tell, and holds the answer for
/// as long as the document is the same.
class RunFindingsWatch : public QObject
{
    Q_OBJECT
public:
    explicit RunFindingsWatch(SessionBridge& bridge, QObject* parent = nullptr);
    /// Empty before a pass has ended.
    const std::shared_ptr<const FindingList>& findings() const { return m_findings; }

signals:
    void changed();

private:
    void forget();
    void askAtEnd();

    SessionBridge& m_bridge;
    std::shared_ptr<const Snapshot> m_askedFor;
    std::shared_ptr<const FindingList> m_findings = std::make_shared<FindingList>();
};

}
