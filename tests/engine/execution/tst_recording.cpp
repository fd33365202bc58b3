// What a plan keeps changes no value: everything kept, residuals alone, those of the last segments,
// carries of segments alone; nor does among how many threads it shares its work.

#include "tests/support/recorded_runs.h"

#include <QTest>

using namespace backstep;

class RecordingTest : public QObject
{
    Q_OBJECT

private slots:
    void everyLevelGivesTheSameValues_data();
    void everyLevelGivesTheSameValues();
    void threadsGiveTheSameValues_data();
    void threadsGiveTheSameValues();
    void lookingChangesNothing_data();
    void lookingChangesNothing();
};

void RecordingTest::everyLevelGivesTheSameValues_data()
{
    QTest::addColumn<QString>("cell");
    QTest::addColumn<QString>("direction");
    QTest::addColumn<int>("stepCount");
    QTest::addColumn<PlanOptions>("options");
    for (const char* cell : {"LSTM", "GRU", "RNN"}) {
        // 700 timesteps are several segments, the last of them shorter; 5 are less than one.
        for (int T : {1, 5, 700}) {
            QTest::addRow("%s, T=%d, residuals", cell, T) << cell << "forward" << T << kResiduals;
            QTest::addRow("%s, T=%d, checkpoints", cell, T)
                << cell << "forward" << T << kCheckpoints;
        }
        for (const char* direction : {"forward", "reverse"})
            QTest::addRow("%s, %s, last segments", cell, direction)
                << cell << direction << 700
                << someSegmentsKept(recurrentProgram(cell, {16, 2, 700}, direction));
    }
}

void RecordingTest::everyLevelGivesTheSameValues()
{
    QFETCH(QString, cell);
    QFETCH(QString, direction);
    QFETCH(int, stepCount);
    QFETCH(PlanOptions, options);
    const RecurrentProgram program =
        recurrentProgram(cell.toStdString(), {16, 2, stepCount}, direction.toStdString());
    Executor wanted = executorFor(program, kAll), found = executorFor(program, options);
    verifySameValues(wanted, found);
}

void RecordingTest::threadsGiveTheSameValues_data()
{
    QTest::addColumn<QString>("cell");
    QTest::addColumn<RecurrentSize>("size");
    QTest::addColumn<PlanOptions>("options");
    QTest::addColumn<int>("threads");
    QTest::addColumn<bool>("sharesBatch");
    const PlanOptions two{.threads = 2}, three{.threads = 3};
    PlanOptions twoFull = kAll, twoCheckpoints = kCheckpoints;
    twoFull.threads = twoCheckpoints.threads = 2;
    const RecurrentSize even{128, 32, 100}, odd{128, 31, 101}, narrow{64, 4, 700};
    for (const char* cell : {"LSTM", "GRU", "RNN"}) {
        QTest::addRow("%s, batch of 32", cell) << cell << even << two << 2 << true;
        QTest::addRow("%s, batch of 31, T=101", cell) << cell << odd << two << 2 << true;
        QTest::addRow("%s, three threads", cell) << cell << odd << three << 3 << true;
        QTest::addRow("%s, batch for two of three threads", cell)
            << cell << RecurrentSize{128, 16, 150} << three << 2 << true;
        QTest::addRow("%s, batch of 32, full", cell) << cell << even << twoFull << 2 << true;
        QTest::addRow("%s, checkpoints", cell) << cell << even << twoCheckpoints << 2 << true;
        PlanOptions twoKept = someSegmentsKept(recurrentProgram(cell, even));
        twoKept.threads = 2;
        QTest::addRow("%s, last segments", cell) << cell << even << twoKept << 2 << true;
    }
    QTest::newRow("LSTM, too small a batch") << "LSTM" << narrow << two << 1 << false;
    QTest::newRow("LSTM, too little work")
        << "LSTM" << RecurrentSize{64, 4, 12} << two << 1 << false;
}

void RecordingTest::threadsGiveTheSameValues()
{
    QFETCH(QString, cell);
    QFETCH(RecurrentSize, size);
    QFETCH(PlanOptions, options);
    QFETCH(int, threads);
    QFETCH(bool, sharesBatch);
    const RecurrentProgram program = recurrentProgram(cell.toStdString(), size);
    Executor wanted = executorFor(program, kResiduals), found = executorFor(program, options);
    QCOMPARE(found.plan().threads(), threads);
    for (RegionId region : program.graph->regionIds())
        if (region != kTopRegion)
            QCOMPARE(found.plan().region(region).parts > 1, sharesBatch);
    verifySameValues(wanted, found);
}

void RecordingTest::lookingChangesNothing_data()
{
    QTest::addColumn<PlanOptions>("options");
    QTest::addColumn<RecurrentSize>("size");
    const RecurrentSize small{16, 2, 700}, wide{64, 31, 101};
    PlanOptions twoThreads = kResiduals, twoThreadsCheckpoints = kCheckpoints;
    twoThreads.threads = twoThreadsCheckpoints.threads = 2;
    QTest::newRow("all") << kAll << small;
    QTest::newRow("residuals") << kResiduals << small;
    QTest::newRow("checkpoints") << kCheckpoints << small;
    QTest::newRow("last segments") << someSegmentsKept(recurrentProgram("LSTM", small)) << small;
    QTest::newRow("two threads") << twoThreads << wide;
    QTest::newRow("two threads, checkpoints") << twoThreadsCheckpoints << wide;
}

void RecordingTest::lookingChangesNothing()
{
    // A run that is stopped and looked at everywhere gives the bits of one in one go (R12).
    QFETCH(PlanOptions, options);
    QFETCH(RecurrentSize, size);
    const RecurrentProgram program = recurrentProgram("LSTM", size);
    Executor whole = executorFor(program, options), stopped = executorFor(program, options);
    const Position end = whole.plan().size();
    whole.run(end);
    int seen = 0;
    for (Position part = 1; part <= 7; ++part) {
        const Position cursor = end * part / 7;
        stopped.run(cursor);
        for (const ValueAddress& address : someAddresses(*program.graph)) {
            const Result<Tensor> now = stopped.value(address, cursor);
            if (!now)
                continue;
            ++seen;
            const Result<Tensor> later = whole.value(address, end);
            QVERIFY2(later && now->sameElements(*later),
                     qPrintable(placeOf(*program.graph, address) +
                                QString(" with the cursor at %1 of %2").arg(cursor).arg(end)));
        }
    }
    QVERIFY(seen > 1000);
}

QTEST_APPLESS_MAIN(RecordingTest)
#include "tst_recording.moc"
