// The three examples of the first page, each to its end by mouse alone: every click goes to a
// widget that is seen, where nothing lies over it. The one thing that is not clicked is text: a
// gradient comes from the list of surrogates, or from the clipboard by the menu of the text.
#include "tests/app/mouse.h"

#include "app/breadcrumb_bar.h"
#include "views/export/code_dialog.h"
#include "views/gradient/library_delegate.h"
#include "views/gradient/surrogate_list.h"
#include "views/training/training_panel.h"

#include <QClipboard>
#include <QDir>
#include <QMenu>
#include <QTableWidget>
#include <QTreeView>

using namespace backstep;

class TestMouseFlows : public QObject
{
    Q_OBJECT
private:
    static bool opens(Visit& visit, const QString& card)
    {
        if (!QTest::qWaitForWindowActive(&visit.window))
            return false;
        QSignalSpy opened(&visit.window.bridge(), &SessionBridge::documentOpened);
        auto& page = visit.part<WelcomePage>();
        QAbstractButton* start =
            card.isEmpty() ? page.findChildren<QAbstractButton*>().first() : nullptr;
        for (QAbstractButton* button : page.findChildren<QAbstractButton*>())
            if (!start && button->accessibleName().startsWith(card))
                start = button;
        return clicks(start) && opened.wait(kWait);
    }
    /// "Backward" in the tool bar, to where the pass stops by itself.
    static bool runs(Visit& visit)
    {
        const Position before = visit.cursor();
        return clicksTool(visit, visit.window.actions().proceed) && visit.movesFrom(before);
    }
    static bool clicksProblem(Visit& visit, int row = 0)
    {
        auto& table = *visit.part<ProblemsPanel>().findChild<QTableView*>();
        return clicksCell(table, row, 0);
    }
    static bool choosesFix(Visit& visit, const QString& title)
    {
        auto& fixes = visit.part<FixSection>();
        return clicksButton(fixes, title) && clicksButton(fixes, QStringLiteral("Apply"));
    }
    static bool attachesWithReason(Visit& visit)
    {
        auto& form = visit.part<GradientEditor>().form();
        return clicksButton(form, QStringLiteral("Check")) &&
               QTest::qWaitFor([&] { return visit.window.focusWidget() == &form.reason(); },
                               kWait) &&
               clicks(&form.attachButton());
    }
    /// "Export as code…" in the menu, Copy, then Save under the name that is offered.
    static bool takesCodeHome(Visit& visit, const QString& part)
    {
        QTemporaryDir folder;
        QDir::setCurrent(folder.path());
        QString copied, saved;
        bool isDone = false;
        QTimer watch; // the dialogs have loops of their own
        connect(&watch, &QTimer::timeout, &watch, [&] {
            auto* dialog = visit.window.findChild<CodeDialog*>();
            if (!dialog || !dialog->isFilled() || isDone)
                return;
            isDone = true;
            clicksButton(*dialog, QStringLiteral("Copy"));
            copied = QApplication::clipboard()->text();
            onDialog<QFileDialog>(
                [](QFileDialog& ask) { clicksButton(ask, QStringLiteral("Save")); });
            clicksButton(*dialog, QStringLiteral("Save"));
            clicksButton(*dialog, QStringLiteral("Close"));
        });
        watch.start(20);
        if (!clicksMenu(visit, QStringLiteral("Gradient"), QStringLiteral("Export")))
            return false;
        const QFileInfoList files = QDir(folder.path()).entryInfoList({QStringLiteral("*.py")});
        QDir::setCurrent(QDir::tempPath());
        if (files.size() != 1)
            return false;
        QFile file(files[0].filePath());
        if (!file.open(QIODevice::ReadOnly))
            return false;
        saved = QString::fromUtf8(file.readAll());
        return saved == copied && saved.contains(part);
    }
    /// The text's own menu, as a right click opens it.
    static bool pastes(QPlainTextEdit& edit, const QString& text)
    {
        QApplication::clipboard()->setText(text);
        edit.selectAll();
        QContextMenuEvent asked(QContextMenuEvent::Mouse, edit.viewport()->rect().center(),
                                edit.viewport()->mapToGlobal(edit.viewport()->rect().center()));
        QApplication::sendEvent(edit.viewport(), &asked);
        if (!QTest::qWaitFor([] { return QApplication::activePopupWidget(); }))
            return false;
        clicksAction(QApplication::activePopupWidget(), QStringLiteral("Paste"));
        return edit.toPlainText() == text;
    }
    static QString weightVerdict(Visit& visit, int row)
    {
        const auto* table = visit.part<TrainingPanel>().findChild<QTableWidget*>();
        return table->rowCount() > row ? table->item(row, 3)->text() : QString();
    }

private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void signBehindAnLstm_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("wide") << QSize(1600, 900);
        QTest::newRow("narrow") << QSize(1280, 720);
    }
    void signBehindAnLstm()
    {
        QFETCH(QSize, size);
        Visit visit;
        visit.window.resize(size);
        QVERIFY(opens(visit, {}));
        QVERIFY(runs(visit));
        QVERIFY(visit.part<StatusLine>().loss().startsWith(QStringLiteral("loss ")));
        QCOMPARE(visit.part<BreadcrumbBar>().accessibleDescription(),
                 QStringLiteral("1 problem, 5 places · 3 weights get nothing"));
        QCOMPARE(visit.weightsThat(Flow::Zero), 3);
        QCOMPARE(visit.weightsThat(Flow::Live), 2); // Dense still learns

        QVERIFY(clicksProblem(visit));
        QCOMPARE(visit.window.selection().op().node != kNoNode, true);
        QVERIFY(clicksButton(visit.part<InspectorPanel>(), QStringLiteral("Show which weights")));
        const auto* tree = visit.part<ModelPanel>().findChild<QTreeView*>();
        QCOMPARE(tree->selectionModel()->selectedRows().size(), 3);
        const GraphView& graph = visit.part<GraphView>();
        const BoxRef sign = graph.state().scene->boxOf(visit.window.selection().op());
        QVERIFY(graph.cutPaths().holds(sign.strip, sign.box));
        QCOMPARE(graph.cutPaths().weights.size(), size_t(3));

        for (const char* offer : {"Pass through", "Gradient of tanh", "Leave as it is"})
            QVERIFY2(clicksButton(visit.part<FixSection>(), QString(offer)), offer);
        QVERIFY(choosesFix(visit, QStringLiteral("Write my own…")));
        auto& list = visit.part<SurrogateList>();
        QTRY_VERIFY(list.rows().count() > 5);
        int tanh = -1;
        for (int row = 0; row < list.rows().count(); ++row)
            if (list.rows().item(row)->text().startsWith(QStringLiteral("Gradient of tanh")) &&
                tanh < 0)
                tanh = row;
        QVERIFY(tanh >= 0);
        QVERIFY(clicksCell(list.rows(), tanh, 0));
        auto& editor = visit.part<GradientEditor>();
        QTRY_COMPARE(editor.edit().toPlainText(), QStringLiteral("dy * (1 - tanh(x)**2)"));
        QVERIFY(attachesWithReason(visit));
        QVERIFY(editor.form().verdict().words().contains(
            QStringLiteral("Equals the gradient of tanh")));
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 5, kWait);

        const Position before = visit.cursor();
        QVERIFY(clicksTool(visit, visit.window.actions().over));
        QTRY_VERIFY_WITH_TIMEOUT(visit.cursor() > before, kWait);
        QVERIFY(runs(visit));
        QTRY_COMPARE_WITH_TIMEOUT(visit.cursor(), visit.snapshot().plan->size(), kWait);

        QVERIFY(clicksTool(visit, visit.window.actions().train));
        QTRY_COMPARE_WITH_TIMEOUT(weightVerdict(visit, 0), QStringLiteral("woke up"), kWait);
        QVERIFY(clicksButton(visit.window, QStringLiteral("Back to the graph")));
        const OpAddress place{visit.op("Sign"), TimestepPath{}.then(2)};
        QTRY_VERIFY(visit.part<GraphView>().isVisible());
        QVERIFY(clicksOp(visit, place));
        QCOMPARE(visit.window.selection().op(), place);
        QVERIFY(buttonNamed(visit.part<InspectorPanel>(), QStringLiteral("As code")));
        QVERIFY(takesCodeHome(visit, QStringLiteral("@tf.custom_gradient\ndef sign(x):")));
        QVERIFY(clicksTool(visit, visit.window.actions().undo));
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Zero), 3, kWait);
    }

    void textIntoAnLstm_data() { signBehindAnLstm_data(); }
    void textIntoAnLstm()
    {
        QFETCH(QSize, size);
        Visit visit;
        visit.window.resize(size);
        QVERIFY(opens(visit, QStringLiteral("Text into an LSTM")));
        QVERIFY(clicksTool(visit, visit.window.actions().proceed));
        QTRY_VERIFY(visit.part<StatusLine>().message().contains(QStringLiteral("wanted float32")));
        QVERIFY(clicksProblem(visit));
        QVERIFY(choosesFix(visit, QStringLiteral("Character ids and an Embedding")));
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Blocked), 0, kWait);
        QVERIFY(runs(visit));
        QTRY_COMPARE_WITH_TIMEOUT(visit.cursor(), visit.snapshot().plan->size(), kWait);
        QVERIFY(takesCodeHome(visit, QStringLiteral("Embedding")));
        QVERIFY(clicksTool(visit, visit.window.actions().undo));
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Blocked), 2, kWait);
    }

    void aGradientThatIsNotTheDerivative_data() { signBehindAnLstm_data(); }
    void aGradientThatIsNotTheDerivative()
    {
        QFETCH(QSize, size);
        Visit visit;
        visit.window.resize(size);
        QVERIFY(opens(visit, QStringLiteral("Custom gradient")));
        QVERIFY(clicksProblem(visit));
        QVERIFY(choosesFix(visit, QStringLiteral("Write my own…")));
        auto& editor = visit.part<GradientEditor>();
        QTRY_VERIFY(editor.edit().hasFocus());
        QVERIFY(pastes(editor.edit(), QStringLiteral("dy * tf.math.exp(-x**2)")));
        QVERIFY(attachesWithReason(visit));
        QVERIFY2(editor.form().verdict().words().startsWith(QStringLiteral("Does not match")),
                 qPrintable(editor.form().verdict().words()));
        QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(1), kWait);
        QVERIFY(visit.snapshot().document->gradients[0].isAccepted());
        QVERIFY(runs(visit));
        QTRY_COMPARE_WITH_TIMEOUT(visit.cursor(), visit.snapshot().plan->size(), kWait);
        QVERIFY(clicksTool(visit, visit.window.actions().train));
        QTRY_VERIFY_WITH_TIMEOUT(!weightVerdict(visit, 0).isEmpty(), kWait);
        QVERIFY(takesCodeHome(visit, QStringLiteral("@tf.custom_gradient\ndef tanh(x):")));
    }
};

QTEST_MAIN(TestMouseFlows)
#include "tst_mouse_flows.moc"
