// A session on its own thread: what is posted is done in order, answers come as snapshots, a run
// can be cancelled. Run under ThreadSanitizer too.

#include "engine/session/session_thread.h"

#include <QTest>

#include <mutex>

using namespace backstep;

namespace {

/// Keeps what it is told; read by the test thread.
class Listener : public SessionObserver
{
public:
    void documentChanged(std::shared_ptr<const Snapshot> snapshot) override
    {
        const std::lock_guard lock(m_mutex);
        m_snapshot = std::move(snapshot);
        ++m_documents;
    }
    void passMoved(const PassState& state) override
    {
        const std::lock_guard lock(m_mutex);
        m_state = state;
        ++m_moves;
    }
    void valueReady(Ticket, std::shared_ptr<const ValueSnapshot>) override {}
    void failed(const Error&) override {}
    void progressed(const std::string&, double) override {}

    template<class Read> auto read(Read&& read)
    {
        const std::lock_guard lock(m_mutex);
        return read(*this);
    }

    std::shared_ptr<const Snapshot> m_snapshot;
    PassState m_state;
    int m_documents = 0, m_moves = 0;

private:
    std::mutex m_mutex;
};

}

class SessionThreadTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_stopped.request_stop(); }
    void doesWhatIsPostedInOrder();
    void aNewerRequestOfOnePanelReplacesTheOlder();
    void cancellingStopsALongRun();
    void aStopBeforeTheEndOfOpeningKeepsTheDocument_data();
    void aStopBeforeTheEndOfOpeningKeepsTheDocument();
    void aStopBeforeAnEditIsBuiltChangesNothing();
    void aStopWhileAnEditRunsAgainLeavesTheCursorThere();
    void leavingDuringARunEndsIt();

private:
    std::stop_source m_stopped;
};

void SessionThreadTest::doesWhatIsPostedInOrder()
{
    Listener listener;
    SessionThread thread(listener);
    thread.post([](DebugSession& s, std::stop_token) { (void)s.openExample("sign"); });
    thread.post([](DebugSession& s, std::stop_token stop) { s.step(StepKind::Continue, stop); });
    thread.post([](DebugSession& s, std::stop_token) {
        (void)s.attach({{GradientTarget::Scope::OpType, "Sign"}, "dy", "pass through"});
    });
    thread.post([](DebugSession& s, std::stop_token stop) { s.step(StepKind::Continue, stop); });
    QVERIFY(QTest::qWaitFor([&] {
        return listener.read([](Listener& l) { return l.m_state.reason == StopReason::End; });
    }));
    const auto snapshot = listener.read([](Listener& l) { return l.m_snapshot; });
    QCOMPARE(snapshot->document->gradients.size(), size_t(1));
    QCOMPARE(listener.read([](Listener& l) { return l.m_documents; }), 2);
    for (ValueId weight : snapshot->program->valuesOfKind(ValueKind::Weight))
        QCOMPARE(int(snapshot->states->weight(weight)), int(Flow::Live));
}

void SessionThreadTest::aNewerRequestOfOnePanelReplacesTheOlder()
{
    Listener listener;
    SessionThread thread(listener);
    std::mutex gate;
    std::vector<int> answered;
    gate.lock(); // holds the thread until all requests wait
    thread.post([&](DebugSession&, std::stop_token) { const std::lock_guard wait(gate); });
    for (int i = 0; i < 5; ++i)
        thread.postLatest("inspector", [&, i](DebugSession&, std::stop_token) {
            const std::lock_guard lock(gate);
            answered.push_back(i);
        });
    gate.unlock();
    QVERIFY(QTest::qWaitFor([&] {
        const std::lock_guard lock(gate);
        return !answered.empty();
    }));
    const std::lock_guard lock(gate);
    QCOMPARE(answered, std::vector<int>{4});
}

const char* const kLong = "x: float32[2, 20000, 4] -> LSTM(16) -> Dense(2) -> mse";

void SessionThreadTest::cancellingStopsALongRun()
{
    Listener listener;
    SessionThread thread(listener);
    thread.post([](DebugSession& s, std::stop_token) { (void)s.openText(kLong); });
    QVERIFY(QTest::qWaitFor(
        [&] { return listener.read([](Listener& l) { return l.m_documents == 1; }); }, 60000));
    std::atomic<bool> isRunning = false;
    thread.post([&](DebugSession& s, std::stop_token stop) {
        isRunning = true;
        s.step(StepKind::Continue, stop);
    });
    QVERIFY(QTest::qWaitFor([&] { return isRunning.load(); }));
    thread.cancel();
    QVERIFY(QTest::qWaitFor(
        [&] { return listener.read([](Listener& l) { return l.m_moves == 2; }); }, 60000));
    const PassState state = listener.read([](Listener& l) { return l.m_state; });
    QVERIFY(state.reason == StopReason::Cancelled || state.reason == StopReason::Start);
    QVERIFY(state.cursor < listener.read([](Listener& l) { return l.m_snapshot; })->plan->size());
}

void SessionThreadTest::aStopBeforeTheEndOfOpeningKeepsTheDocument_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("a file") << 0;
    QTest::newRow("an example") << 1;
    QTest::newRow("a text") << 2;
}

void SessionThreadTest::aStopBeforeTheEndOfOpeningKeepsTheDocument()
{
    QFETCH(int, way);
    const std::string file = BACKSTEP_SOURCE_DIR "/tests/data/models/seed1_sign/model.onnx";
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    session.step(StepKind::Continue);
    const auto before = session.snapshot();
    const Position cursor = session.state().cursor;
    const Result<void> opened = way == 0   ? session.open(file, {}, m_stopped.get_token())
                                : way == 1 ? session.openExample("sign", {}, m_stopped.get_token())
                                           : session.openText(kLong, {}, m_stopped.get_token());
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, std::string(kCancelled));
    QCOMPARE(session.snapshot(), before);
    QCOMPARE(session.state().cursor, cursor);
    session.step(StepKind::Over); // and it goes on
    QVERIFY(session.state().cursor > cursor);
}

void SessionThreadTest::aStopBeforeAnEditIsBuiltChangesNothing()
{
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    const GradientChoice choice{{GradientTarget::Scope::OpType, "Sign"}, "dy"};
    QVERIFY(session.attach(choice));
    session.step(StepKind::Continue);
    const auto before = session.snapshot();
    QVERIFY(!session.attach({choice.target, "dy * 2"}, m_stopped.get_token()));
    QVERIFY(!session.removeGradient(choice.target, m_stopped.get_token()));
    QVERIFY(!session.undo(m_stopped.get_token()));
    QCOMPARE(session.snapshot(), before);
    QVERIFY(session.undo()); // the history is whole
    QVERIFY(session.snapshot()->document->gradients.empty());
    QVERIFY(!session.redo(m_stopped.get_token()));
    QVERIFY(session.redo());
    QCOMPARE(session.snapshot()->document->gradients, before->document->gradients);
}

/// Asks for a stop as soon as it hears of a run that takes a while.
class Stopper : public SessionObserver
{
public:
    void documentChanged(std::shared_ptr<const Snapshot>) override { ++documents; }
    void passMoved(const PassState& state) override { hasRun |= state.isRunning; }
    void valueReady(Ticket, std::shared_ptr<const ValueSnapshot>) override {}
    void failed(const Error&) override {}
    void progressed(const std::string& title, double fraction) override
    {
        titles.push_back(title);
        if (fraction >= 0 && !title.empty())
            stop.request_stop();
    }
    std::stop_source stop;
    std::vector<std::string> titles;
    int documents = 0;
    bool hasRun = false;
};

void SessionThreadTest::aStopWhileAnEditRunsAgainLeavesTheCursorThere()
{
    DebugSession session;
    QVERIFY(session.openText(kLong));
    session.step(StepKind::ForwardEnd);
    const Position before = session.state().cursor;
    Stopper stopper;
    session.observer = &stopper;
    session.setSlowAfter({}); // every run is told of
    QVERIFY(
        session.attach({{GradientTarget::Scope::OpType, "Tanh"}, "dy"}, stopper.stop.get_token()));
    const PassState state = session.state();
    QCOMPARE(state.reason, StopReason::Cancelled);
    QVERIFY(state.cursor > 0 && state.cursor < before);
    QCOMPARE(state.cursor, state.reached);
    QVERIFY(!state.isRunning && stopper.hasRun);
    QCOMPARE(stopper.titles.back(), std::string()); // the work is told to be over
    QCOMPARE(session.snapshot()->document->gradients.size(), size_t(1));
    session.observer = nullptr;
    session.runTo(before); // goes on from there
    QCOMPARE(session.state().cursor, before);
}

void SessionThreadTest::leavingDuringARunEndsIt()
{
    Listener listener;
    std::atomic<bool> isRunning = false;
    {
        SessionThread thread(listener);
        thread.post([](DebugSession& s, std::stop_token) { (void)s.openText(kLong); });
        thread.post([&](DebugSession& s, std::stop_token stop) {
            isRunning = true;
            s.step(StepKind::Continue, stop);
        });
        QVERIFY(QTest::qWaitFor([&] { return isRunning.load(); }, 60000));
    }
    QVERIFY(isRunning);
}

QTEST_APPLESS_MAIN(SessionThreadTest)
#include "tst_session_thread.moc"
