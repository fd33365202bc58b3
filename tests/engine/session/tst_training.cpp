// A few steps of training against PyTorch, what stays and why, and fixes tried beside each other.

#include "engine/session/fix_trials.h"
#include "tests/support/small_models.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <set>

using namespace backstep;

namespace {

constexpr int64_t kTime = 5, kBatch = 4, kFeatures = 2, kUnits = 3, kOutputs = 2;

Tensor wave(double (*function)(double), const Shape& shape)
{
    std::vector<float> numbers;
    for (int64_t i = 0; i < shape.count(); ++i)
        numbers.push_back(static_cast<float>(function(0.7 * static_cast<double>(i))));
    return Tensor::of<float>(shape, numbers);
}

/// The model of tests/data/training/make_training.py.
std::string recurrentModel(const QTemporaryDir& folder)
{
    SmallModel model;
    model.input("x", {kTime, kBatch, kFeatures})
        .weight("W", {1, 4 * kUnits, kFeatures})
        .weight("R", {1, 4 * kUnits, kUnits})
        .weight("B", {1, 8 * kUnits})
        .weight("K", {kUnits, kOutputs})
        .node("LSTM", {"x", "W", "R", "B"}, {"", "h"}, "lstm")
        .attribute("hidden_size", kUnits)
        .node("MatMul", {"h", "K"}, {"y"}, "dense")
        .output("y", {1, kBatch, kOutputs});
    QFile file(folder.filePath("model.onnx"));
    if (file.open(QIODevice::WriteOnly))
        file.write(QByteArray::fromStdString(model.bytes()));
    return file.fileName().toStdString();
}

QJsonObject expectedRuns()
{
    QFile file(QStringLiteral(BACKSTEP_TEST_DATA "/training/expected.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                          : QJsonObject();
}

const Finding* findingOf(const Snapshot& snapshot, std::string_view code)
{
    for (const Finding& finding : *snapshot.findings)
        if (finding.kind->code == code)
            return &finding;
    return nullptr;
}

}

class TestTraining : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void losesAsInPyTorch_data();
    void losesAsInPyTorch();
    void movesWhatGetsAGradient_data();
    void movesWhatGetsAGradient();
    void drawsAnewAtEachStep();
    void stopsWhereItGoesWrong();
    void isCancelled();
    void goesOnWhereItWasHalted();
    void triesEachFixFromTheSameStart();

private:
    QTemporaryDir m_folder;
};

void TestTraining::losesAsInPyTorch_data()
{
    QTest::addColumn<Optimizer>("optimizer");
    QTest::newRow("sgd") << Optimizer::Sgd;
    QTest::newRow("adam") << Optimizer::Adam;
}

void TestTraining::losesAsInPyTorch()
{
    QFETCH(Optimizer, optimizer);
    OpenOptions open;
    open.inputs.given["x"] = wave(std::sin, {kTime, kBatch, kFeatures});
    open.inputs.given["target"] = wave(std::cos, {1, kBatch, kOutputs});
    DebugSession session;
    const Result<void> opened = session.open(recurrentModel(m_folder), open);
    QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
    const std::string_view name = nameOf(optimizer);
    const QJsonObject expected =
        expectedRuns()[QLatin1String(name.data(), qsizetype(name.size()))].toObject();
    const QJsonArray losses = expected["losses"].toArray();
    QCOMPARE(losses.size(), 21);
    int told = 0;
    const TrainingRun run =
        train(*session.snapshot()->document, {optimizer, expected["rate"].toDouble(), 20}, {},
              [&](const TrainingRun& sofar) { told = static_cast<int>(sofar.steps.size()); });
    QVERIFY2(!run.error, run.error ? run.error->text().c_str() : "");
    QCOMPARE(told, 21);
    QCOMPARE(run.steps.size(), size_t(21));
    for (int i = 0; i < 21; ++i) {
        const double loss = run.steps[size_t(i)].loss, wanted = losses[i].toDouble();
        QVERIFY2(
            std::abs(loss - wanted) < 1e-5,
            qPrintable(QStringLiteral("step %1: %2, PyTorch %3").arg(i).arg(loss).arg(wanted)));
    }
    const QJsonObject moved = expected["moved"].toObject();
    for (size_t i = 0; i < run.weights.size(); ++i) {
        const double wanted = moved[QString::fromStdString(run.weights[i].name)].toDouble();
        QVERIFY(wanted > 0);
        QVERIFY2(std::abs(run.steps.back().weights[i].moved - wanted) < 1e-4 * wanted,
                 run.weights[i].name.c_str());
    }
}

void TestTraining::movesWhatGetsAGradient_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("moved");
    QTest::addColumn<int>("weights");
    QTest::addColumn<QString>("why"); // of the first weight
    // The recurrent layer's weights are W, R and B, the Dense layer's a kernel and a bias.
    QTest::newRow("all") << "x: float32[4, 5, 3] -> LSTM(4) -> tanh -> Dense(2) -> mse" << 5 << 5
                         << "";
    QTest::newRow("behind sign") << "x: float32[4, 5, 3] -> LSTM(4) -> sign -> Dense(2) -> mse" << 2
                                 << 5 << "only zeros";
}

void TestTraining::movesWhatGetsAGradient()
{
    QFETCH(QString, text);
    QFETCH(int, moved);
    QFETCH(int, weights);
    QFETCH(QString, why);
    DebugSession session;
    QVERIFY(session.openText(text.toStdString()));
    const TrainingRun run = train(*session.snapshot()->document, {Optimizer::Adam, 0.01, 3});
    QVERIFY(!run.error);
    QCOMPARE(run.weights.size(), size_t(weights));
    QCOMPARE(run.movedCount(), int64_t(moved));
    QCOMPARE(QString::fromStdString(run.weights.front().why), why);
    QVERIFY(run.steps.back().loss < run.steps.front().loss);
}

// At a rate of zero nothing but the mask of the dropout changes from step to step (SEMANTICS R12b).
void TestTraining::drawsAnewAtEachStep()
{
    SmallModel model;
    model.input("x", {kBatch, 20})
        .weight("K", {20, 30})
        .constant("ratio", Tensor::scalar(0.5, DType::Float32))
        .constant("training", Tensor::of<bool>({}, {true}))
        .node("MatMul", {"x", "K"}, {"h"}, "dense")
        .node("Dropout", {"h", "ratio", "training"}, {"y"}, "drop")
        .output("y", {kBatch, 30});
    QFile file(m_folder.filePath("dropout.onnx"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(model.bytes()));
    file.close();
    const auto losses = [&](uint32_t seed) {
        OpenOptions open;
        open.inputs.given["x"] = wave(std::sin, {kBatch, 20});
        open.inputs.given["target"] = wave(std::cos, {kBatch, 30});
        open.inputs.seed = seed;
        DebugSession session;
        std::vector<double> found;
        if (session.open(file.fileName().toStdString(), open))
            for (const TrainingStep& step :
                 train(*session.snapshot()->document, {Optimizer::Sgd, 0, 4}).steps)
                found.push_back(step.loss);
        return found;
    };
    const std::vector<double> first = losses(7);
    QCOMPARE(first.size(), size_t(5));
    QCOMPARE(std::set<double>(first.begin(), first.end()).size(), size_t(5));
    QCOMPARE(losses(7), first);
    QVERIFY(losses(8) != first);
}

void TestTraining::stopsWhereItGoesWrong()
{
    DebugSession session;
    QVERIFY(session.openText("x: float32[4, 5, 3] -> Dense(4) -> exp -> Dense(2) -> mse"));
    const TrainingRun run = train(*session.snapshot()->document, {Optimizer::Sgd, 1e4, 20});
    QVERIFY(run.error);
    QCOMPARE(run.error->code, std::string("diverged"));
    QVERIFY(!run.steps.empty() && run.steps.size() < 20);
}

void TestTraining::isCancelled()
{
    DebugSession session;
    QVERIFY(session.openText("x: float32[4, 5, 3] -> LSTM(4) -> Dense(2) -> mse"));
    std::stop_source stop;
    const TrainingRun run = train(*session.snapshot()->document, {Optimizer::Sgd, 0.01, 1000},
                                  stop.get_token(), [&](const TrainingRun& sofar) {
                                      if (sofar.steps.size() == 4)
                                          stop.request_stop();
                                  });
    QVERIFY(run.error);
    QCOMPARE(run.error->code, std::string("cancelled"));
    QCOMPARE(run.steps.size(), size_t(4));
}

/// A halt changes no bit (SEMANTICS R12): the course is the one that was never halted, which
/// losesAsInPyTorch compares with PyTorch.
void TestTraining::goesOnWhereItWasHalted()
{
    DebugSession session;
    QVERIFY(session.open(recurrentModel(m_folder)));
    const Document& document = *session.snapshot()->document;
    TrainingOptions options;
    options.steps = 8;
    Training training(document, options);
    for (const size_t halt : {size_t(1), size_t(4)}) {
        std::stop_source stop;
        training.proceed(stop.get_token(), [&](const TrainingRun& run) {
            if (run.steps.size() == halt)
                stop.request_stop();
        });
        QCOMPARE(training.run().steps.size(), halt);
        QVERIFY(training.run().error && training.run().error->code == "cancelled");
        QVERIFY(!training.isFinished());
    }
    training.proceed();
    QVERIFY(training.isFinished() && !training.run().error);
    const TrainingRun whole = train(document, options);
    QCOMPARE(training.run().steps.size(), whole.steps.size());
    for (size_t i = 0; i < whole.steps.size(); ++i)
        QCOMPARE(training.run().steps[i].loss, whole.steps[i].loss);
    training.proceed(); // finished: nothing more
    QCOMPARE(training.run().steps.size(), whole.steps.size());
}

void TestTraining::triesEachFixFromTheSameStart()
{
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    session.setStopsAtBreaks(false);
    session.step(StepKind::Continue);
    const std::shared_ptr<const Snapshot> before = session.snapshot();
    const Finding* finding = findingOf(*before, "zero-gradient");
    QVERIFY(finding);
    std::vector<std::string> told;
    const FixTrials trials =
        tryFixes(session, *finding, {Optimizer::Adam, 0.01, 10}, {},
                 [&](const FixTrial& trial) { told.push_back(trial.fix.title); });
    QCOMPARE(told.size(), trials.rows.size());
    QCOMPARE(told.front(), std::string("As it is"));
    QCOMPARE(session.snapshot(), before); // nothing changed
    const FixTrial& asItIs = trials.rows.front();
    QVERIFY(asItIs.after);
    QCOMPARE(asItIs.moved, int64_t(2)); // Dense alone learns
    std::optional<double> lossBefore;
    for (size_t i = 1; i < trials.rows.size(); ++i) {
        const FixTrial& trial = trials.rows[i];
        QVERIFY2(trial.after, trial.problem.c_str());
        QCOMPARE(trial.moved, int64_t(5));
        QCOMPARE(trial.isBest, i == 1);
        QVERIFY(i == 1 || *trials.rows[i - 1].after <= *trial.after);
        const bool isReplaced = trial.fix.kind == FixKind::ReplaceForward;
        QCOMPARE(trial.forwardError.has_value(), isReplaced);
        if (isReplaced)
            QVERIFY(trial.forwardError->largest > 0 && !trial.forwardError->areDrawn);
        else
            QCOMPARE(*trial.before, *asItIs.before); // the forward keeps its bits
    }
}

QTEST_APPLESS_MAIN(TestTraining)
#include "tst_training.moc"
