// The watched gradients: what is pinned at first, their sizes by timestep, and those without a fix.
#include "views/models/watches.h"

#include <QTest>

#include <cmath>

using namespace backstep;

class TestWatches : public QObject
{
    Q_OBJECT
private:
    static constexpr const char* kSign =
        "x: float32[2, 4, 8] -> LSTM(16) -> sign -> Dense(3) -> mse";
    static WatchNorms normsOf(DebugSession& session, Position cursor, const QString& title)
    {
        const Graph& graph = *session.snapshot()->program;
        for (const Watch& watch : usualWatches(graph))
            if (titleOf(graph, watch) == title)
                return watchNorms(session, watch, cursor);
        return {};
    }

private slots:
    void pinsCarriesAndFirstWeights()
    {
        DebugSession session;
        QVERIFY(session.openText(kSign));
        const Graph& graph = *session.snapshot()->program;
        QStringList titles;
        for (const Watch& watch : usualWatches(graph)) {
            titles << titleOf(graph, watch);
            QVERIFY(watchedValue(graph, watch) != kNoValue);
        }
        QCOMPARE(titles.mid(0, 3), QStringList({"dL/dh[t]", "dL/dc[t]", "dL/dW"}));
        QCOMPARE(titles.size(), 4);
    }

    void readsSizesByTimestep_data()
    {
        QTest::addColumn<QString>("title");
        QTest::addColumn<bool>("isMended");
        QTest::addColumn<int>("count");
        QTest::addColumn<bool>("isZero");
        QTest::newRow("a carry behind sign") << "dL/dh[t]" << false << 4 << true;
        QTest::newRow("a carry, mended") << "dL/dh[t]" << true << 4 << false;
        QTest::newRow("a weight behind sign") << "dL/dW" << false << 1 << true;
        QTest::newRow("a weight, mended") << "dL/dW" << true << 1 << false;
    }
    void readsSizesByTimestep()
    {
        QFETCH(QString, title);
        QFETCH(bool, isMended);
        QFETCH(int, count);
        QFETCH(bool, isZero);
        DebugSession session;
        QVERIFY(session.openText(kSign));
        if (isMended)
            QVERIFY(session.attach({{GradientTarget::Scope::OpType, "Sign"}, "dy", "on purpose"}));
        session.setStopsAtBreaks(false);
        const PassState end = session.runTo(session.snapshot()->plan->size());
        const WatchNorms norms = normsOf(session, end.cursor, title);
        QCOMPARE(norms.size(), size_t(count));
        for (const double norm : norms)
            QCOMPARE(norm == 0, isZero);
    }

    void whatIsAheadIsNoNumber()
    {
        DebugSession session;
        QVERIFY(session.openText(kSign));
        const PassState turn = session.step(StepKind::ForwardEnd);
        for (const double norm : normsOf(session, turn.cursor, "dL/dh[t]"))
            QVERIFY(std::isnan(norm));
    }

    void comparesWithTheDocumentWithoutItsFixes()
    {
        DebugSession session;
        QVERIFY(session.openText(kSign));
        QVERIFY(session.attach({{GradientTarget::Scope::OpType, "Sign"}, "dy", "on purpose"}));
        const auto snapshot = session.snapshot();
        const auto all =
            normsWithoutFixes(*snapshot->document, usualWatches(*snapshot->program), {});
        QCOMPARE(all.size(), size_t(4));
        QCOMPARE(all[0], WatchNorms({0, 0, 0, 0})); // sign makes zeros again
    }
};

QTEST_GUILESS_MAIN(TestWatches)
#include "tst_watches.moc"
