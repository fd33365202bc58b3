// The walk of a first visit, by keys and mouse: start the example, find the break, step, repair it
// by typing a gradient, undo, build a model, save, reopen, and meet a bad file.
#include "app/actions.h"
#include "app/main_window.h"
#include "app/message_bar.h"
#include "app/status_line.h"
#include "views/canvas/graph_view.h"
#include "views/diagnostics/problems_panel.h"
#include "views/gradient/expression_edit.h"
#include "views/gradient/gradient_editor.h"
#include "views/inspector/inspector_panel.h"
#include "views/inspector/value_list.h"
#include "views/inspector/value_row.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/weights_model.h"
#include "views/outline/model_panel.h"
#include "views/style/theme.h"
#include "views/welcome/welcome_page.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace backstep;

namespace {

constexpr int kWait = 20'000;
const QString kGradient = QStringLiteral("dy * (1 - tf.math.tanh(x)**2)");

/// A window that has opened the sign example the way a visitor does.
class Visit
{
public:
    Visit()
    {
        window.resize(1600, 900);
        window.show();
    }
    template<class T> T& part() { return *window.findChild<T*>(); }
    const Snapshot& snapshot() { return *window.bridge().snapshot(); }
    bool startsExample()
    {
        if (!QTest::qWaitForWindowActive(&window))
            return false;
        QSignalSpy opened(&window.bridge(), &SessionBridge::documentOpened);
        QTest::keyClick(window.focusWidget(), Qt::Key_Return);
        return opened.wait(kWait);
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(&window, key, modifiers);
    }
    Position cursor() { return window.bridge().pass().cursor; }
    /// Presses a key that moves the pass, and waits until it stands elsewhere.
    bool steps(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        const Position before = cursor();
        press(key, modifiers);
        return QTest::qWaitFor(
            [&] { return cursor() != before && !window.bridge().pass().isRunning; }, kWait);
    }
    NodeId op(const char* type)
    {
        for (NodeId id : shownOps(*snapshot().program))
            if (snapshot().program->node(id).op.is(type))
                return id;
        return kNoNode;
    }
    int weightsThat(Flow flow) { return part<ModelPanel>().weights().countOf(flow); }
    MainWindow window;
};

QString cell(const QTableView& table, int row, int column)
{
    return table.model()->index(row, column).data().toString();
}

/// Acts on the modal dialog that the next event opens.
template<class Dialog, class Act> void onDialog(Act act)
{
    QTimer::singleShot(0, qApp, [act] {
        if (!QTest::qWaitFor(
                [] { return qobject_cast<Dialog*>(QApplication::activeModalWidget()); }))
            return;
        if (auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget()))
            act(*dialog);
    });
}

void typePath(QFileDialog& dialog, const QString& path)
{
    auto* line = dialog.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    line->setText(path); // typed letters would open the completer, which takes the Return
    QTest::keyClick(line, Qt::Key_Return);
}

}

class TestWalk : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("BackstepTest"));
        QCoreApplication::setApplicationName(QStringLiteral("tst_walk"));
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        Theme::instance();
    }
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

        QTest::keyClicks(&edit, QStringLiteral("dy * tanhh(x)")); // replaces what is selected
        QTRY_VERIFY(edit.errorColumn() >= 0);
        QVERIFY2(visit.part<GradientEditor>().verdict().contains(QStringLiteral("tanh")),
                 qPrintable(visit.part<GradientEditor>().verdict()));

        edit.selectAll();
        QTest::keyClicks(&edit, kGradient);
        QCOMPARE(edit.toPlainText(), kGradient);
        QTRY_COMPARE(edit.errorColumn(), -1);
        QTest::keyClick(&edit, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 5, kWait);
        QCOMPARE(visit.part<ProblemsPanel>().findings().problemCount(), 0);
        QVERIFY(visit.window.isWindowModified());

        QVERIFY(visit.steps(Qt::Key_F5)); // runs on to the end
        QTRY_COMPARE(visit.cursor(), visit.snapshot().plan->size());

        // still in the editor: what was typed is attached, so the key takes the gradient back
        QTest::keyClick(&edit, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(edit.toPlainText(), kGradient);
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Zero), 3, kWait);
        QCOMPARE(visit.part<ProblemsPanel>().findings().problemCount(), 1);
        visit.window.actions().redo->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 5, kWait);
        visit.window.actions().undo->trigger();
        QTRY_VERIFY(!visit.window.isWindowModified());
    }

    void aLineOfTextBecomesAModel()
    {
        Visit visit;
        QVERIFY(QTest::qWaitForWindowActive(&visit.window));
        QSignalSpy opened(&visit.window.bridge(), &SessionBridge::documentOpened);
        onDialog<QDialog>([](QDialog& dialog) {
            auto* line = dialog.findChild<QLineEdit*>();
            auto* build = dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
            line->selectAll();
            QTest::keyClicks(line, QStringLiteral("x: float32[2, 7, 3] -> GRUU(4) -> mse"));
            QTest::qWait(0);
            QVERIFY(!build->isEnabled());
            line->selectAll();
            QTest::keyClicks(line,
                             QStringLiteral("x: float32[2, 7, 3] -> GRU(4) -> Dense(2) -> mse"));
            QVERIFY(QTest::qWaitFor([&] { return build->isEnabled(); }, kWait));
            QVERIFY(dialog.findChild<QListWidget*>()->count() >= 2);
            QTest::keyClick(line, Qt::Key_Return);
        });
        visit.press(Qt::Key_N, Qt::ControlModifier);
        QVERIFY(opened.size() == 1 || opened.wait(kWait));
        QCOMPARE(visit.part<ProblemsPanel>().findings().problemCount(), 0);
        QVERIFY(visit.window.isWindowModified());
    }

    void aSavedModelComesBackWithItsGradient()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("repaired.onnx"));
        {
            Visit visit;
            QVERIFY(visit.startsExample());
            visit.window.bridge().attach(
                {{GradientTarget::Scope::OpType, "Sign"}, kGradient.toStdString()});
            QTRY_VERIFY(visit.window.isWindowModified());
            QSignalSpy saved(&visit.window.bridge(), &SessionBridge::saved);
            onDialog<QFileDialog>([&](QFileDialog& dialog) { typePath(dialog, path); });
            visit.press(Qt::Key_S, Qt::ControlModifier);
            QVERIFY(saved.size() == 1 || saved.wait(kWait));
            QVERIFY(!visit.window.isWindowModified());
        }
        Visit again;
        QVERIFY(QTest::qWaitForWindowActive(&again.window));
        QSignalSpy opened(&again.window.bridge(), &SessionBridge::documentOpened);
        onDialog<QFileDialog>([&](QFileDialog& dialog) { typePath(dialog, path); });
        again.press(Qt::Key_O, Qt::ControlModifier);
        QVERIFY(opened.size() == 1 || opened.wait(kWait));
        QCOMPARE(again.weightsThat(Flow::Zero), 0);
        QCOMPARE(again.snapshot().document->gradients.size(), size_t(1));
        QCOMPARE(again.snapshot().document->gradients[0].text, kGradient.toStdString());
    }

    void aBadFileIsExplainedAndTheSessionStays()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        const auto before = visit.snapshot().document;
        visit.window.openFile(QStringLiteral(BACKSTEP_SOURCE_DIR "/CMakeLists.txt"));
        auto& message = visit.part<MessageBar>();
        QTRY_VERIFY_WITH_TIMEOUT(message.isVisible(), kWait);
        QVERIFY2(message.text().contains(QStringLiteral("CMakeLists.txt")),
                 qPrintable(message.text()));
        QCOMPARE(visit.snapshot().document, before);
        QVERIFY(visit.part<GraphView>().isVisible());
        visit.press(Qt::Key_Escape);
        QTRY_VERIFY(!message.isVisible());
    }

    void unsavedGradientsAreAskedAboutAtTheEnd()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        visit.window.bridge().attach({{GradientTarget::Scope::OpType, "Sign"}, "dy"});
        QTRY_VERIFY(visit.window.isWindowModified());
        onDialog<QMessageBox>([](QMessageBox& box) { box.button(QMessageBox::Cancel)->click(); });
        QVERIFY(!visit.window.close());
        onDialog<QMessageBox>([](QMessageBox& box) { box.button(QMessageBox::Discard)->click(); });
        QVERIFY(visit.window.close());
    }
};

QTEST_MAIN(TestWalk)
#include "tst_walk.moc"
