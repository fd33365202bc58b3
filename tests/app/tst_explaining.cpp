// The window tells findings by a framework's rules, explains a pasted error, compares frameworks.
#include "tests/app/visit.h"

#include "engine/diagnostics/catalogue.h"
#include "views/diagnostics/compare_dialog.h"
#include "views/diagnostics/explain_dialog.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QTableWidget>
#include <QToolBar>
#include <QToolButton>

using namespace backstep;

namespace {

const QString kModels = QStringLiteral(BACKSTEP_TEST_DATA "/models/");

bool opens(Visit& visit, const QString& file)
{
    QSignalSpy opened(&visit.window.bridge(), &SessionBridge::documentOpened);
    visit.window.openFile(kModels + file);
    return opened.wait(kWait);
}

}

class TestExplaining : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void tellsFindingsByTheProfile_data()
    {
        QTest::addColumn<QString>("profile"); // text of the action
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("Backstep") << "Backstep" << QByteArray("zero-gradient");
        QTest::newRow("TensorFlow") << "TensorFlow (graph)" << QByteArray("none-by-rule");
        QTest::newRow("PyTorch") << "PyTorch" << QByteArray("zero-gradient");
    }
    void tellsFindingsByTheProfile()
    {
        QFETCH(QString, profile);
        QFETCH(QByteArray, code);
        Visit visit;
        QVERIFY(opens(visit, "tf_cell_round/model.onnx"));
        for (QAction* action : visit.window.actions().profiles())
            if (action->text() == profile)
                action->trigger();
        auto* button = visit.window.findChild<QToolBar*>("mainToolBar")
                           ->findChild<QToolButton*>("profileButton");
        QTRY_COMPARE_WITH_TIMEOUT(button->text(), "As " + profile, kWait);
        QCOMPARE(visit.snapshot().findings->at(0).kind, kindWithCode(code.toStdString()));
        QVERIFY(!visit.window.bridge().isModified());
    }

    void explainsAPastedError()
    {
        Visit visit;
        QVERIFY(opens(visit, "lstm_break_lookuperror/model.onnx"));
        ExplainDialog dialog(visit.window.bridge(), visit.window.selection(), &visit.window);
        dialog.show();
        auto& show = *dialog.findChild<QPushButton*>("showPlace");
        QVERIFY(!show.isEnabled());
        dialog.setTraceback("LookupError: gradient registry has no entry for: TruncateMod");
        QCOMPARE(dialog.findChild<QListWidget*>()->count(), 1);
        QVERIFY(show.isEnabled());
        show.click();
        const NodeId selected = visit.window.selection().op().node;
        QCOMPARE(visit.snapshot().program->node(selected).op.type, std::string("TruncateMod"));
        dialog.setTraceback("ImportError: no such thing");
        QVERIFY(!show.isEnabled());
        QVERIFY(dialog.findChild<QLabel*>("detail")->text().contains("don't know"));
    }

    void comparesFrameworks()
    {
        Visit visit;
        QVERIFY(opens(visit, "lstm_break_round/model.onnx"));
        CompareDialog dialog(visit.window.bridge(), visit.window.selection(), &visit.window);
        dialog.show();
        const QTableWidget& table = dialog.table();
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 1, kWait);
        QStringList words;
        for (int column = 2; column < 6; ++column)
            words << table.item(0, column)->text();
        QCOMPARE(words, (QStringList{"zeros", "None", "zeros", "zeros"}));
    }
};

QTEST_MAIN(TestExplaining)
#include "tst_explaining.moc"
