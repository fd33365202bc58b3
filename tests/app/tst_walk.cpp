// The walk of a first visit, by keys and mouse: start the example, find the break, step, repair it
// by typing a gradient, undo.
#include "tests/app/visit.h"

using namespace backstep;

class TestWalk : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void enterOnTheFirstPageOpensTheExample()
    {
        Visit visit;
        QVERIFY(visit.part<WelcomePage>().isVisible());
        QVERIFY(visit.startsExample());
        auto& graph = visit.part<GraphView>();
        QTRY_VERIFY_WITH_TIMEOUT(graph.isVisible() && !graph.isLayingOut(), kWait);
        QVERIFY(!visit.part<WelcomePage>().isVisible());
    }

    void problemsNameSignOnceWithItsTimesteps()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        auto& problems = visit.part<ProblemsPanel>();
        QCOMPARE(problems.findings().problemCount(), 1);
        QCOMPARE(cell(problems.table(), 0, FindingsModel::OperatorColumn), QStringLiteral("Sign"));
        QCOMPARE(cell(problems.table(), 0, FindingsModel::TimestepColumn),
                 QStringLiteral("5 timesteps"));
        visit.press(Qt::Key_F8);
        QCOMPARE(opText(*visit.snapshot().program, visit.window.selection().op().node),
                 QStringLiteral("Sign"));
    }

    void steppingShowsValuesOfExecutedOpsAlone()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        const NodeId sign = visit.op("Sign");
        visit.window.selection().selectOp({sign, TimestepPath{}.then(2)});
        auto& values = visit.part<InspectorPanel>().values();
        QTRY_VERIFY(!values.rows()[0]->shownText().isEmpty() &&
                    values.rows()[0]->shownText() != QStringLiteral("…"));
        QVERIFY(!values.rows()[0]->value());

        QVERIFY(visit.steps(Qt::Key_F5)); // forward, then backward to the break
        QVERIFY(visit.window.bridge().pass().loss.has_value());
        QVERIFY2(visit.part<StatusLine>().message().contains(QStringLiteral("Sign")),
                 qPrintable(visit.part<StatusLine>().message()));
        visit.window.selection().selectOp({sign, TimestepPath{}.then(2)});
        QTRY_VERIFY(values.rows()[0]->value()); // x
        QTRY_VERIFY(values.rows()[1]->value()); // y

        const Position atBreak = visit.cursor();
        QVERIFY(visit.steps(Qt::Key_F11));
        QCOMPARE(visit.cursor(), atBreak + 1);
        QVERIFY(visit.steps(Qt::Key_F10, Qt::ShiftModifier));
        QCOMPARE(visit.cursor(), atBreak);
        QVERIFY(visit.steps(Qt::Key_F10));
        QVERIFY(visit.cursor() > atBreak);

        visit.window.selection().selectOp({sign, TimestepPath{}.then(2)});
        QVERIFY(visit.steps(Qt::Key_F10, Qt::ControlModifier)); // back to Sign at t=2
        QTRY_VERIFY(values.rows()[0]->value());                 // its input is there,
        QTRY_VERIFY(!values.rows()[1]->value());                // its result not yet
        QVERIFY(visit.steps(Qt::Key_F5, Qt::ShiftModifier));
        QCOMPARE(visit.cursor(), Position{0});
    }

    void aChosenFixHoldsForItsOpAlone()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        const auto chosen = [&] {
            for (const FixOption* option : visit.part<FixSection>().findChildren<FixOption*>())
                if (option->isChecked())
                    return option->text();
            return QString();
        };
        const NodeId sign = visit.op("Sign"), product = visit.op("MatMul");
        visit.window.selection().selectOp({sign, TimestepPath{}.then(0)});
        const QString nothing = chosen();
        visit.part<FixSection>().findChildren<FixOption*>().at(1)->click();
        const QString fix = chosen();
        QVERIFY(fix != nothing);
        visit.window.selection().selectOp({sign, TimestepPath{}.then(1)});
        QCOMPARE(chosen(), fix); // the same op elsewhere in time
        visit.window.selection().selectOp({product, TimestepPath{}.then(1)});
        QCOMPARE(chosen(), nothing);
    }

    void anAppliedFixIsASurrogateByItsName()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        visit.window.selection().selectOp({visit.op("Sign"), TimestepPath{}.then(0)});
        auto& section = visit.part<FixSection>();
        section.findChildren<FixOption*>().at(0)->click();
        for (QPushButton* button : section.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Apply"))
                button->click();
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 5, kWait);
        const GradientChoice& kept = visit.snapshot().document->gradients.front();
        QCOMPARE(kept.reason, std::string("Pass through"));
        QVERIFY(kept.isAccepted());
    }

    void aTypedGradientRevivesTheWeightsAndUndoBringsTheBreakBack()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        QCOMPARE(visit.weightsThat(Flow::Zero), 3);
        QVERIFY(visit.steps(Qt::Key_F5));
        visit.press(Qt::Key_F8);
        visit.press(Qt::Key_G, Qt::ControlModifier);
        auto& edit = visit.part<GradientEditor>().edit();
        QTRY_VERIFY(edit.hasFocus());

        auto& editor = visit.part<GradientEditor>();
        QTest::keyClicks(&edit, QStringLiteral("dy * tanhh(x)")); // replaces what is selected
        QTRY_VERIFY(edit.errorColumn() >= 0);
        QVERIFY2(editor.form().status().contains(QStringLiteral("tanh")),
                 qPrintable(editor.form().status()));
        QVERIFY(!editor.form().attachButton().isEnabled());

        edit.selectAll();
        QTest::keyClicks(&edit, kGradient);
        QCOMPARE(edit.toPlainText(), kGradient);
        QTRY_COMPARE(edit.errorColumn(), -1);
        QTest::keyClick(&edit, Qt::Key_Return, Qt::ControlModifier);
        QLineEdit& reason = editor.form().reason();
        QTRY_VERIFY_WITH_TIMEOUT(reason.hasFocus(), kWait); // asked whether to keep it
        const QString verdict = editor.form().verdict().words();
        QVERIFY2(verdict.contains(QStringLiteral("as a surrogate must")) &&
                     verdict.contains(QStringLiteral("Equals the gradient of tanh")),
                 qPrintable(verdict));
        QTest::keyClicks(&reason, QStringLiteral("binary activations"));
        QTest::keyClick(&reason, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 5, kWait);
        QCOMPARE(visit.part<ProblemsPanel>().findings().problemCount(), 0);
        QVERIFY(visit.window.isWindowModified());
        const GradientChoice& kept = visit.snapshot().document->gradients.front();
        QCOMPARE(kept.reason, std::string("binary activations"));
        QCOMPARE(kept.acceptedOn.size(), size_t(10)); // a day
        QTRY_VERIFY(visit.part<GraphView>().isVisible());

        QVERIFY(visit.steps(Qt::Key_F5)); // runs on to the end
        QTRY_COMPARE(visit.cursor(), visit.snapshot().plan->size());

        visit.press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(edit.toPlainText(), kGradient);
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Zero), 3, kWait);
        QCOMPARE(visit.part<ProblemsPanel>().findings().problemCount(), 1);
        visit.window.actions().redo->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 5, kWait);
        visit.window.actions().undo->trigger();
        QTRY_VERIFY(!visit.window.isWindowModified());
    }
};

QTEST_MAIN(TestWalk)
#include "tst_walk.moc"
