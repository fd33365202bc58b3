// What only a run tells stands among the problems once the pass is at its end, and goes with an
// edit.
#include "tests/app/visit.h"

#include "engine/diagnostics/catalogue.h"

using namespace backstep;

class TestRunFindings : public QObject
{
    Q_OBJECT
private:
    static QSet<QString> codes(Visit& visit)
    {
        const FindingsModel& findings = visit.part<ProblemsPanel>().findings();
        QSet<QString> all;
        for (int row = 0; row < findings.rowCount(); ++row)
            all << findings.index(row, 0).data(FindingsModel::CodeRole).toString();
        return all;
    }

    static bool attaches(Visit& visit, const char* gradient)
    {
        QSignalSpy changed(&visit.window.bridge(), &SessionBridge::documentChanged);
        visit.window.bridge().attach({{GradientTarget::Scope::OpType, "Sign"}, gradient, ""});
        return changed.wait(kWait);
    }

    static bool runsToTheEnd(Visit& visit)
    {
        SessionBridge& bridge = visit.window.bridge();
        for (int presses = 0; presses < 4 && bridge.pass().reason != StopReason::End; ++presses)
            visit.steps(Qt::Key_F5);
        return bridge.pass().reason == StopReason::End;
    }

private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void tellsOfAttachedGradients_data()
    {
        QTest::addColumn<QByteArray>("gradient");
        QTest::addColumn<QString>("code"); // of the catalogue
        QTest::newRow("dead") << QByteArray("dy * 0.0") << "dead-but-passes";
        QTest::newRow("no derivative") << QByteArray("dy * tf.math.exp(-x**2)") << "not-derivative";
    }
    void tellsOfAttachedGradients()
    {
        QFETCH(QByteArray, gradient);
        QFETCH(QString, code);
        Visit visit;
        QVERIFY(visit.startsExample());
        QVERIFY(attaches(visit, gradient.constData()));
        QVERIFY(!codes(visit).contains(code));
        QVERIFY(runsToTheEnd(visit));
        QTRY_VERIFY_WITH_TIMEOUT(codes(visit).contains(code), kWait);
        QVERIFY(attaches(visit, "dy"));
        QVERIFY(!codes(visit).contains("dead-but-passes"));
    }
};

QTEST_MAIN(TestRunFindings)
#include "tst_run_findings.moc"
