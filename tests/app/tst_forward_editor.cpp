// The forward editor by keys: a smooth form in the place of sign with its sharpness, what a foreign
// op computes, errors as typed, undo.
#include "tests/app/visit.h"

#include "tests/support/small_models.h"
#include "views/gradient/effect_list.h"
#include "views/gradient/forward_editor.h"
#include "views/gradient/forward_list.h"
#include "views/gradient/function_plot.h"
#include "views/style/segments.h"

#include <QSlider>

using namespace backstep;

class TestForwardEditor : public QObject
{
    Q_OBJECT
private:
    static bool opensForward(Visit& visit, NodeId op, const TimestepPath& at = {})
    {
        visit.window.selection().selectOp({op, at});
        visit.press(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        return QTest::qWaitFor([&] { return visit.part<ForwardEditor>().edit().hasFocus(); },
                               kWait);
    }
    static bool opensSign(Visit& visit)
    {
        return visit.startsExample() && visit.steps(Qt::Key_F5) &&
               opensForward(visit, visit.op("Sign"), TimestepPath{}.then(2));
    }
    static void type(Visit& visit, const QString& text)
    {
        auto& edit = visit.part<ForwardEditor>().edit();
        edit.setFocus();
        edit.selectAll();
        QTest::keyClicks(&edit, text);
    }
    static QString words(Visit& visit) { return visit.part<ForwardEditor>().form().words(); }

private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void switchesBetweenGradientAndForwardByKey()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        visit.window.selection().selectOp({visit.op("Sign"), TimestepPath{}.then(2)});
        visit.press(Qt::Key_G, Qt::ControlModifier);
        auto& gradient = visit.part<GradientEditor>();
        QTRY_VERIFY(gradient.edit().hasFocus());
        gradient.form().sides().setFocus();
        QTest::keyClick(&gradient.form().sides(), Qt::Key_Right);
        auto& forward = visit.part<ForwardEditor>();
        QTRY_VERIFY(forward.isVisible() && !gradient.isVisible());
        QTRY_VERIFY(forward.edit().hasFocus());
        QCOMPARE(forward.node(), gradient.node());
        forward.form().sides().setFocus();
        QTest::keyClick(&forward.form().sides(), Qt::Key_Left);
        QTRY_VERIFY(gradient.edit().hasFocus());
    }

    void aSmoothFormIsSharpenedComparedAndApplied()
    {
        Visit visit;
        QVERIFY(opensSign(visit));
        auto& editor = visit.part<ForwardEditor>();
        QCOMPARE(editor.edit().toPlainText(), QStringLiteral("tanh(5 * x)"));
        QTRY_VERIFY(editor.plot().hasCurves());
        QTRY_VERIFY2(words(visit).startsWith(QStringLiteral("It differs by at most")),
                     qPrintable(words(visit)));
        const QString before = words(visit);
        auto* slider = editor.findChild<QSlider*>();
        QTRY_VERIFY(slider->isVisible());
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_End);
        QCOMPARE(editor.edit().toPlainText(), QStringLiteral("tanh(50 * x)"));
        QVERIFY(slider->hasFocus());
        QTRY_VERIFY(words(visit) != before);
        auto& effect = *editor.findChild<EffectList*>();
        QTRY_COMPARE_WITH_TIMEOUT(effect.rows().count(), 5, kWait);
        QTRY_VERIFY(editor.form().attachButton().isEnabled());
        QCOMPARE(visit.snapshot().document->forwards.size(), size_t(0));
        editor.edit().setFocus();
        QTest::keyClick(&editor.edit(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(editor.form().attachButton().hasFocus());
        QTest::keyClick(&editor.form().attachButton(), Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 5, kWait);
        const ForwardChoice& given = visit.snapshot().document->forwards.front();
        QCOMPARE(given.soft, std::string("soft-sign"));
        QCOMPARE(given.sharpness, 50.0);
        QTRY_VERIFY(visit.part<GraphView>().isVisible());

        // What is in force comes back into the editor, and the op can be used again.
        visit.press(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(editor.edit().toPlainText(), QStringLiteral("tanh(50 * x)"));
        QTRY_VERIFY(editor.form().removeButton().isVisible());
        QTRY_VERIFY(editor.edit().hasFocus());
        editor.form().removeButton().click();
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Zero), 3, kWait);
        visit.window.actions().undo->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 5, kWait);
        visit.window.actions().undo->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Zero), 3, kWait);
        QVERIFY(visit.snapshot().document->forwards.empty());
    }

    void errorsStandUnderTheTextAsItIsTyped_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown name") << "tanhh(x)" << 0 << "tanhh";
        QTest::newRow("a gradient's name") << "x * dy" << 4 << "'dy' is not known here";
        QTest::newRow("another shape") << "tanh(x).sum()" << -1 << "The text computes []";
    }
    void errorsStandUnderTheTextAsItIsTyped()
    {
        QFETCH(QString, text);
        QFETCH(int, column);
        QFETCH(QString, says);
        Visit visit;
        QVERIFY(opensSign(visit));
        auto& editor = visit.part<ForwardEditor>();
        type(visit, text);
        QTRY_VERIFY2(editor.form().status().contains(says), qPrintable(editor.form().status()));
        QCOMPARE(editor.edit().errorColumn(), column);
        QVERIFY(!editor.form().attachButton().isEnabled());
    }

    void sayingWhatAForeignOpComputesLetsItRun()
    {
        QTemporaryDir folder;
        SmallModel model;
        model.input("x", {2, 3}).weight("w", {2, 3}).node("Mul", {"x", "w"}, {"a"}, "before");
        model.node("Odd", {"a"}, {"y"}, "odd").output("y", {2, 3});
        QFile file(folder.filePath(QStringLiteral("odd.onnx")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(model.bytes()));
        file.close();
        Visit visit;
        QVERIFY(QTest::qWaitForWindowActive(&visit.window));
        QSignalSpy opened(&visit.window.bridge(), &SessionBridge::documentOpened);
        visit.window.openFile(file.fileName());
        QVERIFY(opened.wait(kWait));
        QCOMPARE(visit.weightsThat(Flow::Blocked), 1);
        QVERIFY(opensForward(visit, visit.op("Odd")));
        auto& editor = visit.part<ForwardEditor>();
        type(visit, QStringLiteral("x * tf.math.sigmoid(x)"));
        QTRY_VERIFY2(words(visit).contains(QStringLiteral("nothing to compare with")),
                     qPrintable(words(visit)));
        QTRY_VERIFY(editor.plot().hasCurves());
        QTRY_VERIFY(editor.form().attachButton().isEnabled());
        QTest::keyClick(&editor.edit(), Qt::Key_Return, Qt::ControlModifier);
        QTest::keyClick(&editor.form().attachButton(), Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 1, kWait);
        QVERIFY(visit.steps(Qt::Key_F5));
        QTRY_COMPARE(visit.cursor(), visit.snapshot().plan->size());
        // What the op is made of now is selected, and the editor has its text.
        QTRY_VERIFY(visit.window.selection().op().node != kNoNode);
        QTRY_VERIFY(!editor.form().removeButton().isHidden());
        QCOMPARE(editor.edit().toPlainText(), QStringLiteral("x * tf.math.sigmoid(x)"));
    }

    /// The op behind an LSTM moves into its loop when it can be computed.
    void anOpThatMovesIntoALoopStaysSelected()
    {
        Visit visit;
        QVERIFY(QTest::qWaitForWindowActive(&visit.window));
        QSignalSpy opened(&visit.window.bridge(), &SessionBridge::documentOpened);
        visit.window.openFile(
            QStringLiteral(BACKSTEP_TEST_DATA "/models/lstm_break_numpyfunction/model.onnx"));
        QVERIFY(opened.wait(kWait));
        QVERIFY(opensForward(visit, visit.op("PyFunc")));
        auto& editor = visit.part<ForwardEditor>();
        type(visit, QStringLiteral("tanh(x)"));
        QTRY_VERIFY(editor.form().attachButton().isEnabled());
        QTest::keyClick(&editor.edit(), Qt::Key_Return, Qt::ControlModifier);
        QTest::keyClick(&editor.form().attachButton(), Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(visit.weightsThat(Flow::Live), 5, kWait);
        QTRY_COMPARE(visit.window.selection().op().at.depth, uint8_t(1));
        QTRY_VERIFY(!editor.form().removeButton().isHidden());
    }

    void aPartOfAnLstmSaysWhyItHasNone()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        visit.window.selection().selectOp({visit.op("Tanh"), TimestepPath{}.then(1)});
        visit.press(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        auto& editor = visit.part<ForwardEditor>();
        QTRY_VERIFY2(editor.form().status().contains(QStringLiteral("is a part of LSTM")),
                     qPrintable(editor.form().status()));
        QVERIFY(!editor.edit().isEnabled() && !editor.form().attachButton().isEnabled());
    }
};

QTEST_MAIN(TestForwardEditor)
#include "tst_forward_editor.moc"
