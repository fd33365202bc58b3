#pragma once

#include "engine/session/observer.h"

#include <QEvent>
#include <QString>

#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

class QObject;

namespace backstep {

/// Where the engine's words wait for the GUI thread: guarded by one mutex, announced by one posted
/// event until it is emptied. Of states only the newest is kept; letters keep their order.
class EngineMailbox : public SessionObserver
{
public:
    using Letter = std::function<void()>;
    struct Mail {
        std::shared_ptr<const Snapshot> snapshot;
        std::optional<PassState> pass;
        std::optional<std::pair<QString, double>> progress;
        std::vector<Letter> letters; ///< to be run after the states above were told
    };
    using ValueReader = std::function<void(Ticket, std::shared_ptr<const ValueSnapshot>)>;
    using ErrorReader = std::function<void(const Error&)>;

    /// `reader` gets the event; the other two are run on its thread, as letters.
    EngineMailbox(QObject* reader, ValueReader onValue, ErrorReader onError);
    static QEvent::Type eventType();

    // any thread
    void documentChanged(std::shared_ptr<const Snapshot> snapshot) override;
    void passMoved(const PassState& state) override;
    void valueReady(Ticket ticket, std::shared_ptr<const ValueSnapshot> value) override;
    void failed(const Error& error) override;
    void progressed(const std::string& title, double fraction) override;
    void deliver(Letter letter);

    /// GUI thread.
    Mail takeAll();

private:
    template<class Change> void put(Change change);

    QObject* m_reader;
    ValueReader m_onValue;
    ErrorReader m_onError;
    std::mutex m_mutex;
    Mail m_mail;
    bool m_isEventPosted = false;
};

}
