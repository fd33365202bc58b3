// Segments of long recurrences: which are kept and which are run again, and where they end.

#include "tests/support/recorded_runs.h"

#include <QTest>

#include <set>

using namespace backstep;

namespace {

/// The timesteps of recurrences whose residuals are kept though others are computed again.
int64_t keptTimesteps(const Plan& plan)
{
    int64_t count = 0;
    for (RegionId id : plan.graph().regionIds())
        count += std::max<int64_t>(0, plan.region(id).stepCount - plan.region(id).keptFrom);
    return count;
}

}

class SegmentsTest : public QObject
{
    Q_OBJECT

private slots:
    void segmentsRunAgainEndAlike_data();
    void segmentsRunAgainEndAlike();
    void checkpointsTakeLessMemory();
    void asManySegmentsAreKeptAsFit_data();
    void asManySegmentsAreKeptAsFit();
};

void SegmentsTest::segmentsRunAgainEndAlike_data()
{
    QTest::addColumn<QString>("cell");
    QTest::addColumn<RecurrentSize>("size");
    QTest::addColumn<int>("threads");
    // Forward there is work for fewer threads than backward.
    for (const char* cell : {"LSTM", "GRU", "RNN"})
        for (int steps : {300, 1000})
            for (int threads : {2, 3})
                QTest::addRow("%s, %d timesteps, %d threads", cell, steps, threads)
                    << cell << RecurrentSize{16, 31, steps} << threads;
}

void SegmentsTest::segmentsRunAgainEndAlike()
{
    QFETCH(QString, cell);
    QFETCH(RecurrentSize, size);
    QFETCH(int, threads);
    const RecurrentProgram program = recurrentProgram(cell.toStdString(), size);
    for (PlanOptions options : {kCheckpoints, someSegmentsKept(program)}) {
        options.threads = threads;
        Executor wanted = executorFor(program, kResiduals), found = executorFor(program, options);
        std::set<int64_t> lengths;
        for (RegionId region : program.graph->regionIds())
            if (region != kTopRegion)
                lengths.insert(found.plan().region(region).segmentLength);
        QCOMPARE(lengths.size(), size_t(1));
        verifySameValues(wanted, found);
    }
}

void SegmentsTest::checkpointsTakeLessMemory()
{
    const RecurrentProgram program = recurrentProgram("LSTM", {16, 2, 5000});
    const Plan lazy(program.graph), small(program.graph, kCheckpoints);
    QVERIFY2(small.keptBytes() * 2 < lazy.keptBytes(),
             qPrintable(QString("%1 of %2").arg(small.keptBytes()).arg(lazy.keptBytes())));
}

void SegmentsTest::asManySegmentsAreKeptAsFit_data()
{
    QTest::addColumn<double>("share");
    QTest::addColumn<int64_t>("least"); // timesteps of 5000, counted in both directions of time
    QTest::addColumn<int64_t>("most");
    QTest::newRow("none") << 0.0 << int64_t{0} << int64_t{0};
    QTest::newRow("too little for one") << 0.001 << int64_t{0} << int64_t{0};
    QTest::newRow("a third") << 0.33 << int64_t{1300} << int64_t{1650};
    QTest::newRow("nearly all") << 0.99 << int64_t{4500} << int64_t{4950};
}

void SegmentsTest::asManySegmentsAreKeptAsFit()
{
    QFETCH(double, share);
    QFETCH(int64_t, least);
    QFETCH(int64_t, most);
    const RecurrentProgram program = recurrentProgram("LSTM", {16, 2, 5000});
    const PlanOptions options = someSegmentsKept(program, share);
    const Plan plan(program.graph, options);
    QVERIFY2(plan.keptBytes() <= options.keptBytes,
             qPrintable(QString("%1 of %2").arg(plan.keptBytes()).arg(options.keptBytes)));
    const int64_t kept = keptTimesteps(plan);
    QVERIFY2(kept >= 2 * least && kept <= 2 * most, qPrintable(QString::number(kept)));
}

QTEST_APPLESS_MAIN(SegmentsTest)
#include "tst_segments.moc"
