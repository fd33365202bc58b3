// The check of all gradients in the window: by its key, cancelled by Esc, rows that select ops,
// marks on the graph, gone with another document.
#include "tests/app/visit.h"

#include "views/canvas/describe.h"
#include "views/gradient/gradcheck_panel.h"
#include "views/inspector/check_line.h"

#include <QAbstractItemModelTester>

using namespace backstep;

class TestGradcheckPanel : public QObject
{
    Q_OBJECT
private:
    static bool checksAll(Visit& visit)
    {
        visit.press(Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        auto& panel = visit.part<GradcheckPanel>();
        return QTest::qWaitFor([&] { return !panel.isRunning() && panel.checks().rowCount() > 0; },
                               kWait);
    }
    static CheckMark markOf(Visit& visit, const char* type)
    {
        const CanvasState& state = visit.part<GraphView>().state();
        CheckMark worst = CheckMark::None;
        for (NodeId id : shownOps(*visit.snapshot().program))
            if (visit.snapshot().program->node(id).op.is(type) && state.checks &&
                state.checks->contains(id))
                worst = std::max(worst, state.checks->at(id).mark);
        return worst;
    }

private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void checksEveryOpAndMarksTheGraph_data()
    {
        QTest::addColumn<QString>("gradient"); // of Tanh
        QTest::addColumn<QString>("reason");
        QTest::addColumn<int>("mark"); // of Tanh
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* gradient, const char* reason,
                            CheckMark mark, const char* says) {
            QTest::newRow(name) << QString(gradient) << QString(reason) << int(mark)
                                << QString(says);
        };
        row("its own rule", "", "", CheckMark::Passes, "gradcheck: exact");
        row("half of it", "0.5 * dy * (1 - y * y)", "", CheckMark::Fails, "gradcheck: differs");
        row("accepted", "dy", "straight through", CheckMark::Surrogate, "gradcheck: surrogate");
    }
    void checksEveryOpAndMarksTheGraph()
    {
        QFETCH(QString, gradient);
        QFETCH(QString, reason);
        QFETCH(int, mark);
        QFETCH(QString, says);
        Visit visit;
        QVERIFY(visit.startsExample());
        if (!gradient.isEmpty()) {
            visit.window.bridge().attach({{GradientTarget::Scope::OpType, "Tanh"},
                                          gradient.toStdString(),
                                          reason.toStdString()});
            QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(1),
                                      kWait);
        }
        auto& panel = visit.part<GradcheckPanel>();
        new QAbstractItemModelTester(panel.table().model(), &visit.window);
        QVERIFY(checksAll(visit));
        QCOMPARE(int(markOf(visit, "Tanh")), mark);
        QCOMPARE(int(markOf(visit, "Sigmoid")), int(CheckMark::Passes));
        QCOMPARE(int(markOf(visit, "Sign")), int(CheckMark::None)); // zero: it has its badge
        const auto& checks = *visit.part<GraphView>().state().checks;
        QVERIFY2(checks.at(visit.op("Tanh")).words.startsWith(says),
                 qPrintable(checks.at(visit.op("Tanh")).words));
        QCOMPARE(visit.cursor(), Position{0}); // nothing of the pass moved
        if (mark == int(CheckMark::Fails)) {   // the worst comes first, and a row selects its op
            QCOMPARE(cell(panel.table(), 0, GradcheckModel::OpColumn), QStringLiteral("Tanh"));
            // |0.5 - 1| of the largest slope: half
            QCOMPARE(cell(panel.table(), 0, GradcheckModel::ErrorColumn), QStringLiteral("0.5"));
            QCOMPARE(panel.checks().row(0).node, visit.window.selection().op().node);
        }
    }

    void theInspectorSaysWhatTheCheckSaid()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        visit.window.bridge().attach({{GradientTarget::Scope::OpType, "Tanh"}, "0.5 * dy"});
        QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(1), kWait);
        QVERIFY(checksAll(visit));
        auto& line = visit.part<CheckLine>();
        QTRY_VERIFY(line.isVisible()); // the worst is selected
        QVERIFY2(line.words().startsWith(QStringLiteral("Gradcheck: differs, worst relative")) &&
                     line.words().contains(QStringLiteral(" at t=")) &&
                     line.words().contains(QStringLiteral(", slope ")),
                 qPrintable(line.words()));
        const OpAddress worst = visit.window.selection().op();
        const auto& checks = *visit.part<GraphView>().state().checks;
        QVERIFY(checks.at(worst.node).isWorst && checks.at(worst.node).at == worst);
        QCOMPARE(std::count_if(checks.begin(), checks.end(),
                               [](const auto& each) { return each.second.isWorst; }),
                 1);
        const int elsewhere = worst.at.innermost() == 1 ? 3 : 1;
        visit.window.selection().selectOp({worst.node, TimestepPath{}.then(elsewhere)});
        auto* link = line.findChild<QPushButton*>();
        QTRY_VERIFY(link->isVisible());
        QTest::mouseClick(link, Qt::LeftButton);
        QCOMPARE(visit.window.selection().op(), worst);
        visit.window.selection().selectOp({visit.op("Sign"), TimestepPath{}.then(1)});
        QTRY_VERIFY(!line.isVisible()); // zero everywhere: there is nothing to check
    }

    void marksGoWithAnotherDocument()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        QVERIFY(checksAll(visit));
        QVERIFY(!visit.part<GraphView>().state().checks->empty());
        visit.window.bridge().attach({{GradientTarget::Scope::OpType, "Sign"}, "dy"});
        QTRY_COMPARE_WITH_TIMEOUT(visit.part<GradcheckPanel>().checks().rowCount(), 0, kWait);
        QVERIFY(visit.part<GraphView>().state().checks->empty());
    }

    void escKeepsWhatIsFinished()
    {
        Visit visit;
        QVERIFY(QTest::qWaitForWindowActive(&visit.window));
        QSignalSpy opened(&visit.window.bridge(), &SessionBridge::documentOpened);
        visit.window.bridge().openText(
            QStringLiteral("x: float32[8, 40, 32] -> LSTM(64) -> GRU(64) -> Dense(10) -> mse"));
        QVERIFY(opened.wait(kWait));
        auto& panel = visit.part<GradcheckPanel>();
        visit.press(Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(panel.checks().rowCount() > 0, kWait); // rows come as they are
        QVERIFY(panel.isRunning());
        QTest::keyClick(&visit.window, Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!panel.isRunning(), kWait);
        QVERIFY2(panel.words().startsWith(QStringLiteral("Stopped after")),
                 qPrintable(panel.words()));
        QVERIFY(panel.checks().rowCount() > 0);
    }
};

QTEST_MAIN(TestGradcheckPanel)
#include "tst_gradcheck_panel.moc"
