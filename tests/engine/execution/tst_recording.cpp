// What a plan keeps changes no value: everything kept, residuals alone, those of the last segments,
// carries of segments alone; nor does among how many threads it shares its work.

#include "engine/execution/executor.h"
#include "tests/support/recurrent_program.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace backstep;

namespace {

Executor executorFor(const RecurrentProgram& program, const PlanOptions& options)
{
    const auto plan = std::make_shared<const Plan>(program.graph, options);
    Result<Recording> recording = Recording::make(plan, program.feeds);
    return Executor(std::move(*recording));
}

const PlanOptions kAll{.keepsAll = true};
const PlanOptions kResiduals;
const PlanOptions kCheckpoints{.keptBytes = 0};

/// So much memory that this share of the segments is kept and the others are run again.
PlanOptions someSegmentsKept(const RecurrentProgram& program, double share = 0.5)
{
    const size_t tooLittle = Plan(program.graph, kResiduals).keptBytes() - 1;
    const auto least = static_cast<double>(Plan(program.graph, kCheckpoints).keptBytes());
    const auto most =
        static_cast<double>(Plan(program.graph, {.keptBytes = tooLittle}).keptBytes());
    return {.keptBytes = static_cast<size_t>(least + share * (most - least))};
}

/// The timesteps of recurrences whose residuals are kept though others are computed again.
int64_t keptTimesteps(const Plan& plan)
{
    int64_t count = 0;
    for (RegionId id : plan.graph().regionIds())
        count += std::max<int64_t>(0, plan.region(id).stepCount - plan.region(id).keptFrom);
    return count;
}

/// Largest difference relative to the largest element.
double difference(const Tensor& a, const Tensor& b)
{
    double largest = 0, most = 0;
    for (int64_t i = 0; i < a.count(); ++i) {
        largest = std::max(largest, std::abs(a.number(i)));
        most = std::max(most, std::abs(a.number(i) - b.number(i)));
    }
    return most == 0 ? 0 : most / std::max(largest, 1e-30);
}

/// The value's name and timestep, for messages.
QString placeOf(const Graph& graph, const ValueAddress& address)
{
    const ValueInfo& info = graph.value(address.value);
    QString text = QString("value %1").arg(number(info.id));
    if (info.kind == ValueKind::Output)
        text += QString(" of %1").arg(QString::fromStdString(graph.node(info.producer).op.type));
    if (address.at.depth > 0)
        text += QString(" at %1").arg(address.at.innermost());
    return text;
}

/// Every value at some timesteps: the first, the last, and those beside where segments may end.
std::vector<ValueAddress> someAddresses(const Graph& graph)
{
    std::vector<ValueAddress> all;
    for (ValueId id : graph.valueIds()) {
        const RegionId region = graph.value(id).region;
        if (region == kTopRegion) {
            all.push_back({id, {}});
            continue;
        }
        const int64_t last = graph.stepCount(region) - 1;
        for (int64_t t :
             std::set{int64_t{0}, last / 2, (last + 1) / 2, std::max(last - 1, 0L), last})
            all.push_back({id, TimestepPath().then(t)});
    }
    return all;
}

}

class RecordingTest : public QObject
{
    Q_OBJECT

private slots:
    void everyLevelGivesTheSameValues_data();
    void everyLevelGivesTheSameValues();
    void threadsGiveTheSameValues_data();
    void threadsGiveTheSameValues();
    void segmentsRunAgainEndAlike_data();
    void segmentsRunAgainEndAlike();
    void lookingChangesNothing_data();
    void lookingChangesNothing();
    void checkpointsTakeLessMemory();
    void asManySegmentsAreKeptAsFit_data();
    void asManySegmentsAreKeptAsFit();

private:
    void verifySameValues(Executor& wanted, Executor& found);
};

/// Runs both to the end; values differ by rounding alone.
void RecordingTest::verifySameValues(Executor& wanted, Executor& found)
{
    const Graph& graph = wanted.plan().graph();
    const Position end = wanted.plan().size();
    QCOMPARE(wanted.run(end).reason, Stop::Reached);
    QCOMPARE(found.run(end).reason, Stop::Reached);
    for (const ValueAddress& address : someAddresses(graph)) {
        const Result<Tensor> a = wanted.value(address, end), b = found.value(address, end);
        QCOMPARE(bool(b), bool(a));
        if (!a)
            continue;
        const double most = difference(*a, *b);
        QVERIFY2(most < 1e-5, qPrintable(placeOf(graph, address) + QString(": %1").arg(most)));
    }
}

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

void RecordingTest::segmentsRunAgainEndAlike_data()
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

void RecordingTest::segmentsRunAgainEndAlike()
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

void RecordingTest::checkpointsTakeLessMemory()
{
    const RecurrentProgram program = recurrentProgram("LSTM", {16, 2, 5000});
    const Plan lazy(program.graph), small(program.graph, kCheckpoints);
    QVERIFY2(small.keptBytes() * 2 < lazy.keptBytes(),
             qPrintable(QString("%1 of %2").arg(small.keptBytes()).arg(lazy.keptBytes())));
}

void RecordingTest::asManySegmentsAreKeptAsFit_data()
{
    QTest::addColumn<double>("share");
    QTest::addColumn<int64_t>("least"); // timesteps of 5000, counted in both directions of time
    QTest::addColumn<int64_t>("most");
    QTest::newRow("none") << 0.0 << int64_t{0} << int64_t{0};
    QTest::newRow("too little for one") << 0.001 << int64_t{0} << int64_t{0};
    QTest::newRow("a third") << 0.33 << int64_t{1300} << int64_t{1650};
    QTest::newRow("nearly all") << 0.99 << int64_t{4500} << int64_t{4950};
}

void RecordingTest::asManySegmentsAreKeptAsFit()
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

QTEST_APPLESS_MAIN(RecordingTest)
#include "tst_recording.moc"
