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
    void doesWhatIsPostedInOrder();
    void aNewerRequestOfOnePanelReplacesTheOlder();
    void cancellingStopsALongRun();
    void leavingDuringARunEndsIt();
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
