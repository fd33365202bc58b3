// Flow A, step 10: the fix is taken home as code, by keyboard.
#include "tests/app/visit.h"

#include "views/export/code_dialog.h"

#include <QClipboard>
#include <QTabWidget>

using namespace backstep;

class TestExportCode : public QObject
{
    Q_OBJECT
private:
    /// The sign example with the gradient of tanh at Sign, which is selected.
    static bool attachesGradient(Visit& visit)
    {
        if (!visit.startsExample())
            return false;
        NodeId sign = kNoNode;
        for (const NodeId id : visit.snapshot().program->nodeIds())
            if (visit.snapshot().program->node(id).op.is("Sign"))
                sign = id;
        visit.window.selection().selectOp({sign, {}});
        QSignalSpy changed(&visit.window.bridge(), &SessionBridge::documentChanged);
        visit.window.bridge().attach(
            {{GradientTarget::Scope::OpType, "Sign"}, kGradient.toStdString(), "binary units"});
        return changed.wait(kWait);
    }

    /// Presses Ctrl+E and does something in the dialog once its code is there.
    static void inDialog(Visit& visit, const std::function<void(CodeDialog&)>& what)
    {
        QTimer asked;
        connect(&asked, &QTimer::timeout, &asked, [&] {
            auto* dialog = visit.window.findChild<CodeDialog*>();
            if (!dialog || !dialog->isFilled())
                return;
            asked.stop();
            what(*dialog);
            dialog->reject();
        });
        asked.start(20);
        QTest::keyClick(&visit.window, Qt::Key_E, Qt::ControlModifier);
    }

private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void isOfferedWhereAGradientIsAttached()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        QVERIFY(!visit.window.actions().exportCode->isEnabled());
        Visit other;
        QVERIFY(attachesGradient(other));
        QVERIFY(other.window.actions().exportCode->isEnabled());
        QCOMPARE(other.window.actions().exportCode->shortcut(), QKeySequence("Ctrl+E"));
    }

    void showsCopiesAndSavesEachFramework_data()
    {
        QTest::addColumn<int>("tab");
        QTest::addColumn<QString>("part");
        QTest::newRow("Keras") << 0 << "@tf.custom_gradient\ndef sign(x):";
        QTest::newRow("PyTorch") << 1 << "class SignFunction(torch.autograd.Function):";
        QTest::newRow("JAX") << 2 << "@jax.custom_vjp\ndef sign(x):";
    }
    void showsCopiesAndSavesEachFramework()
    {
        QFETCH(int, tab);
        QFETCH(QString, part);
        Visit visit;
        QVERIFY(attachesGradient(visit));
        QTemporaryDir folder;
        const QString path = folder.filePath("fix.py");
        QString shown, copied;
        inDialog(visit, [&](CodeDialog& dialog) {
            for (int i = 0; i < tab; ++i) // Ctrl+Tab goes from tab to tab
                QTest::keyClick(dialog.focusWidget(), Qt::Key_Tab, Qt::ControlModifier);
            shown = dialog.code();
            QTest::keyClick(dialog.focusWidget(), Qt::Key_Return); // Copy is the dialog's default
            copied = QApplication::clipboard()->text();
            dialog.saveTo(path);
        });
        QVERIFY2(shown.contains(part), qPrintable(shown));
        QVERIFY2(shown.contains("# Reason: binary units\n"), qPrintable(shown));
        QCOMPARE(copied, shown);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), shown);
    }
};

QTEST_MAIN(TestExportCode)
#include "tst_export_code.moc"
