// What only a run tells: the first value that is not finite, health, and how cotangents decay.

#include "engine/diagnostics/catalogue.h"
#include "engine/formats/npz.h"
#include "engine/session/impulse.h"
#include "engine/session/debug_session.h"

#include <QtTest>

#include <cmath>

using namespace backstep;

namespace {

RunReport reportOf(DebugSession& session, bool isDataGiven)
{
    session.setStopsAtBreaks(false);
    const PassState state = session.step(StepKind::Continue);
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    return checkRun({*snapshot->plan, *snapshot->report, snapshot->cotangents, state.reached,
                     [&](const ValueAddress& at) { return session.value(at).tensor; },
                     isDataGiven});
}

}

class TestRunChecks : public QObject
{
    Q_OBJECT
private slots:
    void fitsHalfLives_data();
    void fitsHalfLives();
    void namesTheFirstValueThatIsNotFinite();
    void tellsVanishingFromHealthy_data();
    void tellsVanishingFromHealthy();
    void findsNothingInAHealthyRun();
    void looksAtActivations_data();
    void looksAtActivations();
};

// Expected: 2^(-k / h) halves every h steps by definition; growth is a negative half-life.
void TestRunChecks::fitsHalfLives_data()
{
    QTest::addColumn<std::vector<double>>("norms");
    QTest::addColumn<bool>("isFitted");
    QTest::addColumn<double>("halfLife");
    QTest::addColumn<bool>("isGeometric");
    const auto row = [](const char* name, int count, auto norm, bool isFitted, double halfLife,
                        bool isGeometric = true) {
        std::vector<double> norms;
        for (int k = 0; k < count; ++k)
            norms.push_back(norm(k));
        QTest::newRow(name) << norms << isFitted << halfLife << isGeometric;
    };
    row(
        "halves every 1.14", 60, [](int k) { return 0.33 * std::exp2(-k / 1.14); }, true, 1.14);
    row(
        "doubles every 3", 40, [](int k) { return std::exp2(k / 3.0); }, true, -3);
    row(
        "the injected step is another", 30, [](int k) { return k ? std::exp2(-k) : 1e9; }, true, 1);
    row(
        "padding in between", 30, [](int k) { return k % 3 == 2 ? 0 : std::exp2(-k / 2.0); }, true,
        2);
    row(
        "below what float32 holds", 60, [](int k) { return k < 20 ? std::exp2(-k) : 1e-38; }, true,
        1);
    row(
        "seven points", 8, [](int k) { return std::exp2(-k); }, false, 0);
    row(
        "eight points", 9, [](int k) { return std::exp2(-k); }, true, 1);
    row(
        "NaN from a step on", 30, [](int k) { return k < 20 ? std::exp2(-k) : NAN; }, true, 1);
    row(
        "zeros alone", 30, [](int) { return 0.0; }, false, 0);
    row(
        "nothing", 0, [](int) { return 0.0; }, false, 0);
    row(
        "up and down", 40, [](int k) { return std::exp2(k % 2 ? 4 : -4); }, true, 0, false);
}

void TestRunChecks::fitsHalfLives()
{
    QFETCH(std::vector<double>, norms);
    QFETCH(double, halfLife);
    QFETCH(bool, isGeometric);
    const std::optional<Decay> decay = fitDecay(norms);
    QTEST(decay.has_value(), "isFitted");
    if (!decay)
        return;
    QCOMPARE(decay->isGeometric, isGeometric);
    if (isGeometric)
        QVERIFY2(std::abs(decay->halfLife - halfLife) < 1e-9 * std::abs(halfLife),
                 qPrintable(QString::number(decay->halfLife)));
}

// status.json: the first state that is not finite in float32 is that of timestep 44.
void TestRunChecks::namesTheFirstValueThatIsNotFinite()
{
    const std::string folder = BACKSTEP_TEST_DATA "/models/torch_rnn_relu_explode/";
    const Result<FileView> file = FileView::open(folder + "reference.npz");
    QVERIFY(file);
    Result<std::map<std::string, Tensor>> arrays = readNpz(*file);
    QVERIFY(arrays);
    OpenOptions options;
    options.inputs.given = {{"x", arrays->at("input")}, {"target", arrays->at("target")}};
    DebugSession session;
    const Result<void> opened = session.open(folder + "model_legacy.onnx", options);
    QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
    const RunReport report = reportOf(session, true);
    QCOMPARE(report.findings.size(), size_t(1));
    QCOMPARE(report.findings[0].kind, &kinds::nanInRecurrence);
    QCOMPARE(report.findings[0].timesteps, (std::vector<TimestepRange>{{44, 44}}));
    QCOMPARE(int(report.findings[0].severity()), int(Severity::Error));
    for (const auto& [weight, health] : report.health)
        QVERIFY2(health.word == "nan" || health.word == "inf", health.word.c_str());
}

void TestRunChecks::tellsVanishingFromHealthy_data()
{
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<bool>("isVanishing");
    QTest::newRow("a SimpleRNN over 60 timesteps")
        << QByteArray("x: float32[4, 60, 4] -> SimpleRNN(8) -> Dense(2) -> mse") << true;
    QTest::newRow("an LSTM over 12") // forget bias 1: a half-life of some steps
        << QByteArray("x: float32[4, 12, 4] -> LSTM(8) -> Dense(2) -> mse") << false;
    QTest::newRow("too short to tell")
        << QByteArray("x: float32[4, 6, 4] -> SimpleRNN(8) -> Dense(2) -> mse") << false;
}

void TestRunChecks::tellsVanishingFromHealthy()
{
    QFETCH(QByteArray, model);
    QFETCH(bool, isVanishing);
    DebugSession session;
    QVERIFY(session.openText(model.toStdString()));
    const Document& document = *session.snapshot()->document;
    RunReport report;
    for (const RecurrenceDecay& recurrence : decayOfImpulse(document))
        addDecay(report, *document.graph, recurrence, false);
    QCOMPARE(!report.findings.empty(), isVanishing);
    if (!isVanishing)
        return;
    QCOMPARE(report.findings[0].kind, &kinds::vanishing);
    QCOMPARE(int(report.findings[0].severity()), int(Severity::Info)); // data is made up
    QStringList names;
    for (const ValueId weight : report.findings[0].weights)
        names << QString::fromStdString(document.graph->value(weight).name);
    QCOMPARE(names, (QStringList{"simple_rnn/W", "simple_rnn/R", "simple_rnn/B"}));
}

void TestRunChecks::findsNothingInAHealthyRun()
{
    DebugSession session;
    QVERIFY(session.openText("x: float32[4, 6, 4] -> GRU(5) -> tanh -> Dense(2) -> mse"));
    const RunReport report = reportOf(session, true);
    QVERIFY(report.findings.empty());
    QCOMPARE(report.health.size(), size_t(5));
    for (const auto& [weight, health] : report.health)
        QCOMPARE(health.word, std::string("ok"));
}

// The same number in every element: a unit of Dense is above 0 for all examples or for none, and a
// large number drives every gate to its end.
void TestRunChecks::looksAtActivations_data()
{
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<double>("input");
    QTest::addColumn<QStringList>("codes");
    QTest::newRow("half of the units below 0")
        << QByteArray("x: float32[4, 6, 4] -> Dense(16) -> relu -> Dense(2) -> mse") << 1.0
        << QStringList{"dead-units"};
    QTest::newRow("a softplus is never 0")
        << QByteArray("x: float32[4, 6, 4] -> Dense(16) -> softplus -> Dense(2) -> mse") << 1.0
        << QStringList{};
    QTest::newRow("inputs of a thousand")
        << QByteArray("x: float32[4, 6, 4] -> LSTM(8) -> Dense(2) -> mse") << 1000.0
        << QStringList{"saturation"};
    QTest::newRow("inputs of one")
        << QByteArray("x: float32[4, 6, 4] -> LSTM(8) -> Dense(2) -> mse") << 1.0 << QStringList{};
}

void TestRunChecks::looksAtActivations()
{
    QFETCH(QByteArray, model);
    QFETCH(double, input);
    OpenOptions options;
    const std::vector<float> numbers(96, static_cast<float>(input));
    options.inputs.given["x"] = Tensor::of<float>({4, 6, 4}, numbers);
    DebugSession session;
    QVERIFY(session.openText(model.toStdString(), options));
    QStringList codes;
    for (const Finding& finding : reportOf(session, true).findings)
        codes << QString::fromUtf8(finding.kind->code.data());
    QTEST(codes, "codes");
}

QTEST_APPLESS_MAIN(TestRunChecks)
#include "tst_run_checks.moc"
