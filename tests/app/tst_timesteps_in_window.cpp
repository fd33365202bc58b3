// A gradient for some timesteps of an op: typed and checked by keys, marked where it stands, told
// by the inspector of each timestep.
#include "tests/app/visit.h"

#include "views/models/gradient_targets.h"

#include <QRadioButton>

using namespace backstep;

class TestTimestepsInWindow : public QObject
{
    Q_OBJECT
private:
    /// The editor of the example's Sign, with "dy" in it and the scope of some timesteps.
    static bool opensEditor(Visit& visit)
    {
        if (!visit.startsExample() || !visit.steps(Qt::Key_F5))
            return false;
        visit.window.selection().selectOp({visit.op("Sign"), TimestepPath{}.then(2)});
        visit.press(Qt::Key_G, Qt::ControlModifier);
        auto& editor = visit.part<GradientEditor>();
        if (!QTest::qWaitFor([&] { return editor.edit().hasFocus(); }))
            return false;
        editor.edit().selectAll();
        QTest::keyClicks(&editor.edit(), QStringLiteral("dy"));
        ScopeSection& scope = editor.form().scope();
        scope.findChildren<FixOption*>().last()->setChecked(true);
        return QTest::qWaitFor([&] { return scope.timesteps().isVisible(); });
    }
    static QString verdict(Visit& visit)
    {
        return visit.part<GradientEditor>().form().verdict().words();
    }

private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void theyAreTypedAndAttached()
    {
        Visit visit;
        QVERIFY(opensEditor(visit));
        auto& editor = visit.part<GradientEditor>();
        auto& scope = editor.form().scope();
        const auto isRefused = [&](const char* typed, const char* says) {
            scope.timesteps().setFocus();
            scope.timesteps().selectAll();
            QTest::keyClicks(&scope.timesteps(), QLatin1String(typed));
            return QTest::qWaitFor([&] { return verdict(visit).contains(QLatin1String(says)); },
                                   kWait);
        };
        QVERIFY2(isRefused("x", "for which timesteps"), qPrintable(verdict(visit)));
        QVERIFY2(isRefused("2-99", "has no timestep"), qPrintable(verdict(visit)));
        scope.timesteps().selectAll();
        QTest::keyClicks(&scope.timesteps(), QStringLiteral("1-2"));
        QTRY_VERIFY_WITH_TIMEOUT(editor.form().attachButton().isEnabled(), kWait);
        editor.form().attachButton().click(); // checks first: it differs
        QTRY_VERIFY_WITH_TIMEOUT(editor.form().reason().hasFocus(), kWait);
        QTest::keyClick(&editor.form().reason(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(1), kWait);
        const GradientTarget& target = visit.snapshot().document->gradients[0].target;
        QCOMPARE(QString::fromStdString(target.steps.text()), QStringLiteral("1-2"));
        const QString chain = precedenceText(visit.snapshot(), visit.op("Sign"));
        QVERIFY2(chain.contains(QStringLiteral("timesteps 1-2</b>")) &&
                     chain.endsWith(QStringLiteral("<b>built-in rule</b>")),
                 qPrintable(chain));
    }

    void theKeyChecksWhereverTheCursorIs_data()
    {
        QTest::addColumn<QString>("where");
        QTest::addColumn<bool>("withControl");
        QTest::newRow("in the text") << "text" << true;
        QTest::newRow("in the timesteps") << "timesteps" << true;
        QTest::newRow("in the timesteps, Return alone") << "timesteps" << false;
        QTest::newRow("on a scope") << "scope" << true;
        QTest::newRow("in the reason") << "reason" << true;
    }
    void theKeyChecksWhereverTheCursorIs()
    {
        QFETCH(QString, where);
        QFETCH(bool, withControl);
        Visit visit;
        QVERIFY(opensEditor(visit));
        auto& form = visit.part<GradientEditor>().form();
        QTest::keyClicks(&form.scope().timesteps(), QStringLiteral("1-2"));
        QTRY_VERIFY_WITH_TIMEOUT(form.attachButton().isEnabled(), kWait);
        QWidget* at = where == QStringLiteral("text")        ? &form.edit()
                      : where == QStringLiteral("timesteps") ? &form.scope().timesteps()
                      : where == QStringLiteral("reason")
                          ? &form.reason()
                          : static_cast<QWidget*>(form.scope().findChildren<FixOption*>().last());
        at->setFocus();
        QTest::keyClick(at, Qt::Key_Return, withControl ? Qt::ControlModifier : Qt::NoModifier);
        QTRY_VERIFY_WITH_TIMEOUT(verdict(visit).startsWith(QStringLiteral("Differs")), kWait);
        QTRY_VERIFY(form.reason().hasFocus()); // what is asked next
        QCOMPARE(visit.snapshot().document->gradients.size(),
                 size_t(0)); // a check attaches nothing
    }

    void tabGoesFromTopToBottom()
    {
        Visit visit;
        QVERIFY(opensEditor(visit));
        auto& form = visit.part<GradientEditor>().form();
        QTest::keyClicks(&form.scope().timesteps(), QStringLiteral("1-2"));
        QTRY_VERIFY_WITH_TIMEOUT(form.attachButton().isEnabled(), kWait);
        form.edit().setFocus();
        const QList<QWidget*> expected{form.scope().findChildren<FixOption*>().last(),
                                       &form.scope().timesteps(), &form.reason(),
                                       &form.attachButton()};
        for (QWidget* next : expected) {
            QTest::keyClick(visit.window.focusWidget(), Qt::Key_Tab);
            QVERIFY2(next->hasFocus(), visit.window.focusWidget()->metaObject()->className());
        }
        QTest::keyClick(visit.window.focusWidget(), Qt::Key_Tab, Qt::ShiftModifier);
        QVERIFY(form.reason().hasFocus());
    }

    void eachTimestepShowsItsOwnState_data()
    {
        QTest::addColumn<int>("t");
        QTest::addColumn<QString>("badge");
        QTest::addColumn<QString>("card");
        QTest::addColumn<QString>("derivative");
        const auto row = [](int t, const char* badge, const char* card, const char* derivative) {
            QTest::addRow("t=%d", t) << t << QString(badge) << QString(card) << QString(derivative);
        };
        row(0, "0", "Gradient is zero everywhere", "dx = 0");
        row(1, "C", "Your gradient is attached", "dx = dy");
        row(2, "C", "Your gradient is attached", "dx = dy");
        row(3, "0", "Gradient is zero everywhere", "dx = 0");
    }
    void eachTimestepShowsItsOwnState()
    {
        QFETCH(int, t);
        QFETCH(QString, badge);
        QFETCH(QString, card);
        QFETCH(QString, derivative);
        Visit visit;
        QVERIFY(visit.startsExample());
        const NodeId sign = visit.op("Sign");
        GradientTarget target =
            targetOf(*visit.snapshot().program, sign, GradientTarget::Scope::Timesteps);
        target.steps = TimestepSet({{1, 2}});
        visit.window.bridge().attach({target, "dy", "some of them"});
        QTRY_COMPARE_WITH_TIMEOUT(visit.snapshot().document->gradients.size(), size_t(1), kWait);
        const OpAddress place{sign, TimestepPath{}.then(t)};
        const CanvasState& state = visit.part<GraphView>().state();
        const auto badgeShown = [&] {
            if (!state.scene) // the worker is still laying it out
                return QString();
            const BoxRef box = state.scene->boxOf(place);
            return QString::fromStdString(std::string(badgeOf(state.lookAt(box).mark)));
        };
        QTRY_COMPARE_WITH_TIMEOUT(badgeShown(), badge, kWait);
        const OpFacts facts = OpFacts::ofOp(visit.snapshot(), place);
        QCOMPARE(facts.cardTitle, card);
        QCOMPARE(facts.derivative, derivative);
    }
};

QTEST_MAIN(TestTimestepsInWindow)
#include "tst_timesteps_in_window.moc"
