#pragma once

#include "engine/session/session_thread.h"
#include "views/models/engine_mailbox.h"
#include "views/models/export_subject.h"
#include "views/models/side_thread.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace backstep {

/// What a line of text would become as a model.
struct TextPreview {
    std::optional<Error> error;
    QStringList layers; ///< "lstm: 16 ops at 12 timesteps", in the order of the program
};

/// The one place where the engine's words reach the window. The session runs on a thread of its
/// own; what it says is put into a mailbox, and one posted event empties that on the GUI thread.
/// All methods are for the GUI thread and never wait.
class SessionBridge : public QObject
{
    Q_OBJECT
public:
    explicit SessionBridge(QObject* parent = nullptr);
    ~SessionBridge() override;

    /// The latest of what the engine told; a snapshot without document before anything is open.
    const std::shared_ptr<const Snapshot>& snapshot() const { return m_snapshot; }
    const PassState& pass() const { return m_pass; }
    bool hasDocument() const { return m_snapshot && m_snapshot->document; }
    /// Something would be lost if the document were closed now.
    bool isModified() const;
    /// Where `save` writes without asking; empty for examples and new models.
    const QString& savedPath() const { return m_savedPath; }

    void open(const QString& path);
    void openExample(const QString& name);
    void openText(const QString& text);
    void save(const QString& path);
    void attach(const GradientChoice& choice);
    void removeGradient(const GradientTarget& target);
    /// Puts ops before an op that does not take its input.
    void insert(const Insertion& insertion);
    /// Applies a fix of a finding at `node`, whatever its kind.
    void applyFix(NodeId node, const Fix& fix);
    /// What was put before an op last, as long as it stands there; to be written as code.
    ExportSubject inserted() const;
    /// Has something else computed in an op's place, or again what the file says.
    void setForward(const ForwardChoice& choice);
    void removeForward(const std::string& op);
    /// By whose rules findings are told; no edit.
    void setProfile(const Profile& profile);
    void undo();
    void redo();
    void step(StepKind kind);
    void runTo(const OpAddress& address);
    void cancel();

    /// Answered by `valueReady`; a newer request for the same panel replaces one still waiting.
    Ticket requestValue(const ValueAddress& address, const QString& panel);
    /// The inside of a helper op; answered by `bodyReady`.
    Ticket requestBody(const OpAddress& address);
    Ticket requestTextPreview(const QString& text);

    /// Does some work with the session, on the engine's thread, and hands what it gives to `take`
    /// on this one, unless `context` is gone. A newer question of the same panel replaces one that
    /// still waits.
    template<class Answer> void ask(const QString& panel, QObject* context,
                                    std::function<Answer(DebugSession&, std::stop_token)> work,
                                    std::function<void(const Answer&)> take)
    {
        m_thread.postLatest(panel.toStdString(),
                            [this, alive = QPointer<QObject>(context), work = std::move(work),
                             take = std::move(take)](DebugSession& session, std::stop_token stop) {
                                auto answer = std::make_shared<const Answer>(work(session, stop));
                                m_mailbox.deliver([alive, take, answer] {
                                    if (alive)
                                        take(*answer);
                                });
                            });
    }

    /// The same beside the session, which goes on meanwhile: for work that looks at snapshots
    /// alone.
    template<class Answer> void askAside(const QString& panel, QObject* context,
                                         std::function<Answer(std::stop_token)> work,
                                         std::function<void(const Answer&)> take)
    {
        m_side.postLatest(panel.toStdString(),
                          [this, alive = QPointer<QObject>(context), work = std::move(work),
                           take = std::move(take)](std::stop_token stop) {
                              auto answer = std::make_shared<const Answer>(work(stop));
                              m_mailbox.deliver([alive, take, answer] {
                                  if (alive)
                                      take(*answer);
                              });
                          });
    }

    /// Engine thread: what goes on and how far it is; an empty title ends it.
    void tellProgress(const QString& title, double fraction)
    {
        m_mailbox.progressed(title.toStdString(), fraction);
    }
    /// Engine thread: hands something to the GUI thread on the way, unless `context` is gone.
    template<class Take> void deliver(const QPointer<QObject>& context, Take take)
    {
        m_mailbox.deliver([context, take] {
            if (context)
                take();
        });
    }

signals:
    void documentChanged();
    /// A document took the place of another one (not an edit of it).
    void documentOpened();
    void passMoved();
    void valueReady(Ticket ticket, std::shared_ptr<const ValueSnapshot> value);
    void bodyReady(Ticket ticket, std::shared_ptr<const BodySnapshot> body);
    void textPreviewReady(Ticket ticket, const TextPreview& preview);
    void failed(const Error& error);
    void saved(const QString& path);
    /// Work that takes a while, by kUnknownFraction where nobody can say; an empty title ends it.
    void progressed(const QString& title, double fraction);

protected:
    bool event(QEvent* event) override;

private:
    void emptyMailbox();
    /// Engine thread: what failed is said; whether it went well.
    bool tell(const Result<void>& result);
    using Opening = std::function<Result<void>(DebugSession&, std::stop_token)>;
    void openBy(Opening opening, const QString& savedPath, bool isUnsaved);

    std::shared_ptr<const Snapshot> m_snapshot = std::make_shared<Snapshot>();
    PassState m_pass;
    std::vector<GradientChoice> m_savedGradients;
    std::vector<ForwardChoice> m_savedForwards;
    std::shared_ptr<const ModelSource> m_savedSource;
    QString m_savedPath;
    ExportSubject m_inserted;
    bool m_isUnsavedModel = false;
    Ticket m_nextTicket = 1;

    EngineMailbox m_mailbox;
    SessionThread m_thread; ///< last but one: stops before anything it talks to goes
    SideThread m_side;      ///< so does this
};

}
