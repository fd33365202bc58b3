// The bridge between the engine's thread and the GUI thread.
#include "views/models/op_text.h"
#include "views/models/session_bridge.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <future>

using namespace backstep;

namespace {
const QString kSign =
    QStringLiteral("x: float32[2, 12, 8] -> LSTM(16) -> sign -> Dense(10) -> mse");
}

class TestSessionBridge : public QObject
{
    Q_OBJECT
private slots:
    void tellsOnTheGuiThread()
    {
        SessionBridge bridge;
        QThread* heardOn = nullptr;
        connect(
            &bridge, &SessionBridge::documentChanged, this,
            [&] { heardOn = QThread::currentThread(); }, Qt::DirectConnection);
        QSignalSpy opened(&bridge, &SessionBridge::documentOpened);
        bridge.openText(kSign);
        QVERIFY(opened.wait());
        QCOMPARE(heardOn, QThread::currentThread());
        QVERIFY(bridge.hasDocument());
        QVERIFY(bridge.isModified()); // a new model is nowhere saved
    }

    void keepsTheDocumentWhenOpeningFails_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("no such file") << QStringLiteral("/nowhere/at-all.onnx");
        QTest::newRow("not a model") << QStringLiteral(BACKSTEP_SOURCE_DIR "/CMakeLists.txt");
        QTest::newRow("a folder") << QStringLiteral(BACKSTEP_SOURCE_DIR "/views");
    }
    void keepsTheDocumentWhenOpeningFails()
    {
        QFETCH(QString, path);
        SessionBridge bridge;
        QSignalSpy opened(&bridge, &SessionBridge::documentOpened);
        bridge.openExample(QStringLiteral("sign"));
        QVERIFY(opened.wait());
        const auto before = bridge.snapshot()->document;
        QSignalSpy failed(&bridge, &SessionBridge::failed);
        bridge.open(path);
        QVERIFY(failed.wait());
        QCOMPARE(failed.size(), 1); // told once
        QCOMPARE(bridge.snapshot()->document, before);
        QCOMPARE(opened.size(), 1);
    }

    void valuesExistOnlyForExecutedOps()
    {
        SessionBridge bridge;
        QSignalSpy opened(&bridge, &SessionBridge::documentOpened);
        bridge.openText(kSign);
        QVERIFY(opened.wait());
        const Graph& graph = *bridge.snapshot()->program;
        ValueAddress y;
        for (NodeId id : shownOps(graph))
            if (graph.node(id).op.is("Sign"))
                y = {graph.node(id).outputs[0], TimestepPath{}.then(3)};
        QVERIFY(y.value != kNoValue);

        std::map<Ticket, std::shared_ptr<const ValueSnapshot>> answers;
        connect(&bridge, &SessionBridge::valueReady, this,
                [&](Ticket ticket, const auto& value) { answers[ticket] = value; });
        const Ticket early = bridge.requestValue(y, QStringLiteral("test"));
        QTRY_VERIFY(answers.contains(early));
        QVERIFY(answers[early]->tensor.isNull());
        QVERIFY(!answers[early]->absence.empty());

        bridge.step(StepKind::ForwardEnd);
        const Ticket late = bridge.requestValue(y, QStringLiteral("test"));
        QTRY_VERIFY(answers.contains(late));
        QCOMPARE(answers[late]->tensor.shape().text(), std::string("[2, 16]"));
    }

    void anEditCanBeTakenBack()
    {
        SessionBridge bridge;
        QSignalSpy opened(&bridge, &SessionBridge::documentOpened);
        bridge.openExample(QStringLiteral("sign"));
        QVERIFY(opened.wait());
        QVERIFY(!bridge.isModified());
        bridge.attach({{GradientTarget::Scope::OpType, "Sign"}, "dy"});
        QTRY_VERIFY(bridge.isModified());
        bridge.undo();
        QTRY_VERIFY(!bridge.isModified());
        bridge.redo();
        QTRY_VERIFY(bridge.isModified());
    }

    void workAsideDoesNotHoldUpTheSession()
    {
        SessionBridge bridge;
        std::promise<void> mayEnd;
        QList<int> answers;
        bridge.askAside<int>(
            QStringLiteral("trial"), this,
            [end = mayEnd.get_future().share()](std::stop_token) {
                end.wait();
                return 1;
            },
            [&](int answer) { answers << answer; });
        bridge.ask<int>(
            QStringLiteral("key"), this, [](DebugSession&, std::stop_token) { return 2; },
            [&](int answer) { answers << answer; });
        QTRY_COMPARE(answers, QList<int>{2}); // while the trial still goes on
        mayEnd.set_value();
        QTRY_COMPARE(answers, (QList<int>{2, 1}));
    }

    void previewsALineWithoutTouchingTheDocument_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isGood");
        QTest::newRow("good") << kSign << true;
        QTest::newRow("unknown layer")
            << QStringLiteral("x: float32[2, 12, 8] -> LSTMM(16) -> mse") << false;
        QTest::newRow("empty") << QString() << false;
    }
    void previewsALineWithoutTouchingTheDocument()
    {
        QFETCH(QString, text);
        SessionBridge bridge;
        QSignalSpy ready(&bridge, &SessionBridge::textPreviewReady);
        bridge.requestTextPreview(text);
        QVERIFY(ready.wait());
        const auto preview = ready.first().at(1).value<TextPreview>();
        QTEST(!preview.error.has_value(), "isGood");
        QCOMPARE(preview.layers.isEmpty(), preview.error.has_value());
        QVERIFY(!bridge.hasDocument());
    }
};

QTEST_GUILESS_MAIN(TestSessionBridge)
#include "tst_session_bridge.moc"
