// The walk of a first visit, with files: build a model, save, reopen, meet a bad file, leave.
#include "tests/app/visit.h"

using namespace backstep;

class TestWalkFiles : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

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
            QVERIFY(QTest::qWaitFor([&] { return !build->isEnabled(); }, kWait));
            line->selectAll();
            QTest::keyClicks(line,
                             QStringLiteral("x: float32[2, 7, 3] -> GRU(4) -> Dense(2) -> mse"));
            QVERIFY(QTest::qWaitFor([&] { return dialog.findChild<QListWidget*>()->count() >= 2; },
                                    kWait));
            line->insert(QStringLiteral(" "));
            QTest::keyClick(line, Qt::Key_Return); // before the longer text was read
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

QTEST_MAIN(TestWalkFiles)
#include "tst_walk_files.moc"
