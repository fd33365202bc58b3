#include "views/models/session_bridge.h"

#include "engine/checks/checks.h"
#include "views/models/op_text.h"

#include <QEvent>

namespace backstep {

SessionBridge::SessionBridge(QObject* parent)
    : QObject(parent),
      m_mailbox(
          this, [this](Ticket ticket, const auto& value) { emit valueReady(ticket, value); },
          [this](const Error& error) { emit failed(error); }),
      m_thread(m_mailbox)
{}

SessionBridge::~SessionBridge() = default;

bool SessionBridge::isModified() const
{
    return hasDocument() && (m_isUnsavedModel || m_snapshot->document->source != m_savedSource ||
                             m_snapshot->document->gradients != m_savedGradients ||
                             m_snapshot->document->forwards != m_savedForwards);
}

bool SessionBridge::tell(const Result<void>& result)
{
    if (!result && result.error().code != kCancelled)
        m_mailbox.failed(result.error());
    return static_cast<bool>(result);
}

void SessionBridge::openBy(Opening opening, const QString& savedPath, bool isUnsaved)
{
    m_thread.post([this, opening = std::move(opening), savedPath, isUnsaved](DebugSession& session,
                                                                             std::stop_token stop) {
        if (!tell(opening(session, stop)))
            return;
        m_mailbox.deliver([this, savedPath, isUnsaved] {
            m_savedPath = savedPath;
            m_isUnsavedModel = isUnsaved;
            m_savedGradients = m_snapshot->document->gradients;
            m_savedForwards = m_snapshot->document->forwards;
            m_savedSource = m_snapshot->document->source;
            m_inserted = {};
            emit documentOpened();
        });
    });
}

void SessionBridge::open(const QString& path)
{
    openBy(
        [file = path.toStdString()](DebugSession& session, std::stop_token stop) {
            return session.open(file, {}, stop);
        },
        path, false);
}

void SessionBridge::openExample(const QString& name)
{
    openBy(
        [example = name.toStdString()](DebugSession& session, std::stop_token stop) {
            return session.openExample(example, {}, stop);
        },
        {}, false);
}

void SessionBridge::openText(const QString& text)
{
    openBy(
        [line = text.toStdString()](DebugSession& session, std::stop_token stop) {
            return session.openText(line, {}, stop);
        },
        {}, true);
}

void SessionBridge::save(const QString& path)
{
    m_thread.post([this, path](DebugSession& session, std::stop_token) {
        if (!tell(session.save(path.toStdString())))
            return;
        m_mailbox.deliver([this, path, document = session.snapshot()->document] {
            m_savedPath = path;
            m_isUnsavedModel = false;
            m_savedGradients = document->gradients;
            m_savedForwards = document->forwards;
            m_savedSource = document->source;
            emit saved(path);
        });
    });
}

void SessionBridge::setProfile(const Profile& profile)
{
    m_thread.post([this, profile](DebugSession& session, std::stop_token stop) {
        tell(session.setProfile(profile, stop));
    });
}

void SessionBridge::attach(const GradientChoice& choice)
{
    m_thread.post([this, choice](DebugSession& session, std::stop_token stop) {
        tell(session.attach(choice, stop));
    });
}

void SessionBridge::removeGradient(const GradientTarget& target)
{
    m_thread.post([this, target](DebugSession& session, std::stop_token stop) {
        tell(session.removeGradient(target, stop));
    });
}

void SessionBridge::insert(const Insertion& insertion)
{
    m_thread.post([this, insertion](DebugSession& session, std::stop_token stop) {
        tell(session.insert(insertion, stop));
    });
}

void SessionBridge::applyFix(NodeId node, const Fix& fix)
{
    if (fix.insertion && m_snapshot->document && m_snapshot->document->graph->has(node)) {
        const Graph& graph = *m_snapshot->document->graph;
        const std::vector<Fix> choices = insertionsFor(graph, graph.node(node));
        for (size_t i = 0; i < choices.size(); ++i)
            if (choices[i].title == fix.title)
                m_inserted = {node, m_snapshot->document, i};
    }
    m_thread.post([this, node, fix](DebugSession& session, std::stop_token stop) {
        tell(session.applyFix(node, fix, stop));
    });
}

ExportSubject SessionBridge::inserted() const
{
    // Undone, or not made: the document is still the one without it.
    const bool isThere = m_inserted.before && m_snapshot->document &&
                         m_snapshot->document->graph != m_inserted.before->graph;
    return isThere ? m_inserted : ExportSubject{};
}

void SessionBridge::setForward(const ForwardChoice& choice)
{
    m_thread.post([this, choice](DebugSession& session, std::stop_token stop) {
        tell(session.setForward(choice, stop));
    });
}

void SessionBridge::removeForward(const std::string& op)
{
    m_thread.post([this, op](DebugSession& session, std::stop_token stop) {
        tell(session.removeForward(op, stop));
    });
}

void SessionBridge::undo()
{
    m_thread.post([](DebugSession& session, std::stop_token stop) { session.undo(stop); });
}

void SessionBridge::redo()
{
    m_thread.post([](DebugSession& session, std::stop_token stop) { session.redo(stop); });
}

void SessionBridge::step(StepKind kind)
{
    m_thread.post(
        [kind](DebugSession& session, std::stop_token stop) { session.step(kind, stop); });
}

void SessionBridge::runTo(const OpAddress& address)
{
    m_thread.post(
        [address](DebugSession& session, std::stop_token stop) { session.runTo(address, stop); });
}

void SessionBridge::cancel()
{
    m_thread.cancel();
}

Ticket SessionBridge::requestValue(const ValueAddress& address, const QString& panel)
{
    const Ticket ticket = m_nextTicket++;
    m_thread.postLatest(panel.toStdString(), [this, address, ticket](DebugSession& session,
                                                                     std::stop_token) {
        m_mailbox.valueReady(ticket, std::make_shared<const ValueSnapshot>(session.value(address)));
    });
    return ticket;
}

Ticket SessionBridge::requestBody(const OpAddress& address)
{
    const Ticket ticket = m_nextTicket++;
    m_thread.postLatest("body", [this, address, ticket](DebugSession& session, std::stop_token) {
        auto body = std::make_shared<const BodySnapshot>(session.body(address));
        m_mailbox.deliver([this, ticket, body] { emit bodyReady(ticket, body); });
    });
    return ticket;
}

Ticket SessionBridge::requestTextPreview(const QString& text)
{
    const Ticket ticket = m_nextTicket++;
    m_thread.postLatest(
        "text", [this, line = text.toStdString(), ticket](DebugSession&, std::stop_token) {
            // A session of its own: the one that is open must not notice.
            DebugSession scratch;
            TextPreview preview;
            if (auto opened = scratch.openText(line); !opened)
                preview.error = opened.takeError();
            else
                preview.layers = layersText(*scratch.snapshot()->document->graph);
            m_mailbox.deliver([this, ticket, preview] { emit textPreviewReady(ticket, preview); });
        });
    return ticket;
}

bool SessionBridge::event(QEvent* event)
{
    if (event->type() != EngineMailbox::eventType())
        return QObject::event(event);
    emptyMailbox();
    return true;
}

void SessionBridge::emptyMailbox()
{
    EngineMailbox::Mail mail = m_mailbox.takeAll();
    // The document and where its pass stands change together: a view that reads one while it hears
    // of the other must not see them apart.
    if (mail.pass)
        m_pass = *mail.pass;
    if (mail.snapshot) {
        m_snapshot = std::move(mail.snapshot);
        emit documentChanged();
    }
    if (mail.pass)
        emit passMoved();
    if (mail.progress)
        emit progressed(mail.progress->first, mail.progress->second);
    for (const auto& letter : mail.letters)
        letter();
}

}
