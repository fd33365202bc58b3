// The gradient editor by keys and clicks: completion, plot, surrogates, scope, the table of the
// check, and a gradient that is not the derivative (flow C).
#include "tests/app/visit.h"

#include "views/gradient/completion_popup.h"
#include "views/gradient/effect_list.h"
#include "views/gradient/gradcheck_dialog.h"
#include "views/gradient/function_plot.h"
#include "views/gradient/library_delegate.h"
#include "views/gradient/surrogate_list.h"
#include "views/models/gradient_targets.h"
#include "views/models/own_gradients.h"

#include <QRadioButton>
#include <QSlider>
#include <QTableWidget>

using namespace backstep;

class TestGradientEditor : public QObject
{
    Q_OBJECT
private:
    /// The editor of an op of the example, opened by its key when the pass stands at the break.
    static bool opensEditor(Visit& visit, const char* op = "Sign")
    {
        if (!visit.startsExample() || !visit.steps(Qt::Key_F5))
            return false;
        visit.window.selection().selectOp({visit.op(op), TimestepPath{}.then(2)});
        visit.press(Qt::Key_G, Qt::ControlModifier);
        return QTest::qWaitFor([&] { return visit.part<GradientEditor>().edit().hasFocus(); });
    }
    static void type(Visit& visit, const QString& text)
    {
        auto& edit = visit.part<GradientEditor>().edit();
        edit.selectAll();
        QTest::keyClicks(&edit, text);
    }
    static QString verdict(Visit& visit)
    {
        return visit.part<GradientEditor>().form().verdict().words();
    }

private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void completesNames()
    {
        Visit visit;
        QVERIFY(opensEditor(visit));
        auto& edit = visit.part<GradientEditor>().edit();
        type(visit, QStringLiteral("dy * tf.math.tan"));
        // "tan" is complete; "ta" is not
        QTest::keyClick(&edit, Qt::Key_Backspace);
        QVERIFY(edit.completions().hasOffers());
        QCOMPARE(edit.completions().marked().name, std::string("tan"));
        QTest::keyClick(&edit, Qt::Key_Down);
        QCOMPARE(edit.completions().marked().name, std::string("tanh"));
        QTest::keyClick(&edit, Qt::Key_Tab);
        QCOMPARE(edit.toPlainText(), QStringLiteral("dy * tf.math.tanh"));
        QVERIFY(edit.hasFocus());
        QTest::keyClicks(&edit, QStringLiteral("(x) * s"));
        QVERIFY(edit.completions().hasOffers());
        QTest::keyClick(&edit, Qt::Key_Escape); // closes the offers, not the editor
        QVERIFY(!edit.completions().hasOffers());
        QVERIFY(edit.isVisible());
        QTest::keyClick(&edit, Qt::Key_Escape);
        QTRY_VERIFY(visit.part<GraphView>().isVisible());
    }

    void readsTheCurvesByKeys()
    {
        Visit visit;
        QVERIFY(opensEditor(visit));
        type(visit, QStringLiteral("dy * (1 - tanh(x)**2)"));
        FunctionPlot& plot = visit.part<GradientEditor>().plot();
        QTRY_VERIFY(plot.hasCurves());
        plot.setFocus();
        QTest::keyClick(&plot, Qt::Key_Home);
        QCOMPARE(*plot.readingAt(), -2.0);
        // 1 - math.tanh(-2)**2 is 0.0706508...
        const auto readsAs = [&](const QStringList& numbers) {
            QStringList shown;
            for (const auto& [name, number] : plot.readings())
                shown << number;
            return shown == numbers;
        };
        const QChar minus(0x2212);
        QTRY_VERIFY(readsAs({minus + QStringLiteral("2"), minus + QStringLiteral("1"),
                             QStringLiteral("0"), QStringLiteral("0.07065")}));
    }

    void takesASurrogateByReturnAndKeepsOnesOwn()
    {
        Visit visit;
        QVERIFY(opensEditor(visit));
        auto& edit = visit.part<GradientEditor>().edit();
        auto& list = visit.part<SurrogateList>();
        QTRY_VERIFY(list.rows().count() > 5);
        list.filter().setFocus();
        QTest::keyClicks(&list.filter(), QStringLiteral("triang"));
        QListWidgetItem* triangle = nullptr;
        for (int row = 0; row < list.rows().count(); ++row)
            if (!list.rows().item(row)->isHidden())
                triangle = triangle ? nullptr : list.rows().item(row);
        QVERIFY(triangle);
        list.rows().setCurrentItem(triangle);
        list.rows().setFocus();
        QTest::keyClick(&list.rows(), Qt::Key_Return);
        QCOMPARE(edit.toPlainText(), QStringLiteral("dy * maximum(0, 1 - abs(x))"));

        type(visit, QStringLiteral("dy * exp(-abs(x))"));
        auto* keep = list.findChild<QPushButton*>();
        QTRY_VERIFY(keep->isEnabled());
        list.filter().clear();
        QTest::mouseClick(keep, Qt::LeftButton);
        QCOMPARE(ownGradients().size(), size_t(1));
        QCOMPARE(ownGradients()[0].gradient, QStringLiteral("dy * exp(-abs(x))"));
        QCOMPARE(list.rows().item(list.rows().count() - 1)->data(ExpressionRole).toString(),
                 QStringLiteral("dy * exp(-abs(x))"));
    }

    void aSurrogateIsSharpenedByItsSlider()
    {
        Visit visit;
        QVERIFY(opensEditor(visit));
        auto& editor = visit.part<GradientEditor>();
        auto* slider = editor.findChild<QSlider*>();
        QVERIFY(slider->isHidden() || !slider->isVisible()); // pass through has no sharpness
        type(visit, QStringLiteral("dy * exp(-x**2)"));
        QTRY_VERIFY(slider->isVisible());
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_End);
        QCOMPARE(editor.edit().toPlainText(), QStringLiteral("dy * exp(-(50 * x)**2)"));
        QVERIFY(slider->hasFocus());
        // yours at x = 0.05: math.exp(-2.5**2) = 0.00193045...
        QTRY_VERIFY(editor.plot().hasCurves());
        editor.plot().setFocus();
        const auto yoursReads = [&](const QString& number) {
            const auto rows = editor.plot().readings();
            return !rows.isEmpty() && rows.last().second == number;
        };
        QTest::keyClick(&editor.plot(), Qt::Key_Right);
        QTRY_VERIFY(yoursReads(QStringLiteral("0.00193")));
        QTest::keyClick(&editor.edit(), Qt::Key_Z, Qt::ControlModifier); // typing undoes it
        QTRY_VERIFY(editor.edit().toPlainText() != QStringLiteral("dy * exp(-(50 * x)**2)"));
    }

    void showsWhatBecomesOfTheWeights()
    {
        Visit visit;
        QVERIFY(opensEditor(visit));
        type(visit, QStringLiteral("dy"));
        auto& effect = *visit.part<GradientEditor>().findChild<EffectList*>();
        QTRY_COMPARE(effect.rows().count(), 5);
        // the three of the LSTM change, and come first
        QVERIFY(effect.rows().item(0)->text().startsWith(QStringLiteral("lstm")));
        QVERIFY(effect.rows().item(0)->toolTip().contains(QStringLiteral("gets only zeros")));
        QVERIFY(effect.rows().item(0)->toolTip().contains(QStringLiteral("learns")));
        QCOMPARE(visit.snapshot().document->gradients.size(), size_t(0));
    }

    void listsElementByElement()
    {
        Visit visit;
        QVERIFY(opensEditor(visit, "Tanh"));
        type(visit, QStringLiteral("dy * exp(-x**2)"));
        auto& form = visit.part<GradientEditor>().form();
        QTRY_VERIFY(form.attachButton().isEnabled());
        int rows = 0;
        QString words;
        onDialog<GradcheckDialog>([&](GradcheckDialog& dialog) {
            if (QTest::qWaitFor([&] { return dialog.table().rowCount() > 0; }, kWait))
                rows = dialog.table().rowCount();
            words = dialog.words();
            dialog.reject();
        });
        emit form.gradcheckWanted();
        QVERIFY2(rows == 3 * 64, qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("Furthest apart by")), qPrintable(words));
    }

    void aGradientThatIsNotTheDerivativeHasThreeAnswers_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::newRow("keep it on purpose") << "keep";
        QTest::newRow("the exact one") << "exact";
        QTest::newRow("edit") << "edit";
    }
    void aGradientThatIsNotTheDerivativeHasThreeAnswers()
    {
        QFETCH(QString, answer);
        Visit visit;
        QVERIFY(opensEditor(visit, "Tanh"));
        auto& editor = visit.part<GradientEditor>();
        type(visit, QStringLiteral("dy * tf.math.exp(-x**2)"));
        QTest::keyClick(&editor.edit(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(verdict(visit).startsWith(QStringLiteral(
                                     "Does not match: tanh has dx = dy * (1 - tanh(x)**2).")),
                                 kWait);
        QTRY_VERIFY(editor.form().reason().hasFocus());
        if (answer == QStringLiteral("keep")) {
            QTest::keyClicks(&editor.form().reason(), QStringLiteral("cheaper"));
            QTest::keyClick(&editor.form().reason(), Qt::Key_Return);
            QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(1),
                                      kWait);
            const GradientChoice& kept = visit.snapshot().document->gradients[0];
            QVERIFY(kept.isAccepted() && kept.reason == "cheaper" && kept.acceptedDifference > 0);
        } else if (answer == QStringLiteral("exact")) {
            emit editor.form().verdict().exactWanted();
            QCOMPARE(editor.edit().toPlainText(), QStringLiteral("dy * (1 - tanh(x)**2)"));
            QTRY_VERIFY_WITH_TIMEOUT(
                verdict(visit).startsWith(QStringLiteral("Equals the derivative of tanh")), kWait);
            QTRY_VERIFY(editor.form().attachButton().hasFocus());
            QTest::keyClick(&editor.form().attachButton(), Qt::Key_Space);
            QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(1),
                                      kWait);
            QVERIFY(!visit.snapshot().document->gradients[0].isAccepted());
        } else {
            editor.edit().setFocus();
            QTest::keyClick(&editor.edit(), Qt::Key_End);
            QTest::keyClicks(&editor.edit(), QStringLiteral(" "));
            QVERIFY(!verdict(visit).startsWith(QStringLiteral("Does not match")));
            QCOMPARE(visit.snapshot().document->gradients.size(), size_t(0));
        }
    }

    void theNarrowestScopeIsInForce()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        const NodeId sign = visit.op("Sign");
        const std::string name = visit.snapshot().program->node(sign).origin.name;
        auto& bridge = visit.window.bridge();
        bridge.attach({{GradientTarget::Scope::OpType, "Sign"}, "dy * 0"});
        QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(1), kWait);
        QCOMPARE(attachedTo(visit.snapshot(), sign)->text, std::string("dy * 0"));
        bridge.attach({{GradientTarget::Scope::Node, name}, "dy"});
        QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(2), kWait);
        QCOMPARE(attachedTo(visit.snapshot(), sign)->text, std::string("dy"));
        const QString chain = precedenceText(visit.snapshot(), sign);
        QVERIFY2(chain.contains(QStringLiteral("<s>Every Sign in the model: dy * 0</s>")) &&
                     chain.startsWith(QStringLiteral("<b>This op")),
                 qPrintable(chain));
        QCOMPARE(visit.weightsThat(Flow::Live), 5);
    }

    void aScopeIsChosenByKeyAndAttached()
    {
        Visit visit;
        QVERIFY(opensEditor(visit));
        auto& editor = visit.part<GradientEditor>();
        type(visit, QStringLiteral("dy"));
        const QList<FixOption*> scopes = editor.form().scope().findChildren<FixOption*>();
        QCOMPARE(scopes.size(), 4); // the last: some timesteps
        QTRY_VERIFY(scopes[2]->isVisible());
        scopes[0]->setFocus();
        QTest::keyClick(scopes[0], Qt::Key_Down); // to the one below
        QCOMPARE(editor.form().scope().scope(), GradientTarget::Scope::OpType);
        QTRY_VERIFY(editor.form().attachButton().isEnabled());
        editor.form().attachButton().setFocus();
        QTest::keyClick(&editor.form().attachButton(), Qt::Key_Space); // checks first: it differs
        QTRY_VERIFY_WITH_TIMEOUT(editor.form().reason().hasFocus(), kWait);
        QTest::keyClick(&editor.form().reason(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(1), kWait);
        QCOMPARE(visit.snapshot().document->gradients[0].target.scope,
                 GradientTarget::Scope::OpType);
        QVERIFY(visit.snapshot().document->gradients[0].isAccepted());
    }
};

QTEST_MAIN(TestGradientEditor)
#include "tst_gradient_editor.moc"
