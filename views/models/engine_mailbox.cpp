#include "views/models/engine_mailbox.h"

#include <QCoreApplication>

namespace backstep {

EngineMailbox::EngineMailbox(QObject* reader, ValueReader onValue, ErrorReader onError)
    : m_reader(reader), m_onValue(std::move(onValue)), m_onError(std::move(onError))
{}

QEvent::Type EngineMailbox::eventType()
{
    static const int type = QEvent::registerEventType();
    return static_cast<QEvent::Type>(type);
}

template<class Change> void EngineMailbox::put(Change change)
{
    bool mustPost = false;
    {
        const std::scoped_lock lock(m_mutex);
        change(m_mail);
        mustPost = !std::exchange(m_isEventPosted, true);
    }
    if (mustPost)
        QCoreApplication::postEvent(m_reader, new QEvent(eventType()));
}

void EngineMailbox::documentChanged(std::shared_ptr<const Snapshot> snapshot)
{
    put([&](Mail& mail) { mail.snapshot = std::move(snapshot); });
}

void EngineMailbox::passMoved(const PassState& state)
{
    put([&](Mail& mail) { mail.pass = state; });
}

void EngineMailbox::valueReady(Ticket ticket, std::shared_ptr<const ValueSnapshot> value)
{
    deliver([this, ticket, value = std::move(value)] { m_onValue(ticket, value); });
}

void EngineMailbox::failed(const Error& error)
{
    deliver([this, error] { m_onError(error); });
}

void EngineMailbox::progressed(const std::string& title, double fraction)
{
    put([&](Mail& mail) { mail.progress = {QString::fromStdString(title), fraction}; });
}

void EngineMailbox::deliver(Letter letter)
{
    put([&](Mail& mail) { mail.letters.push_back(std::move(letter)); });
}

EngineMailbox::Mail EngineMailbox::takeAll()
{
    const std::scoped_lock lock(m_mutex);
    m_isEventPosted = false;
    return std::exchange(m_mail, {});
}

}
