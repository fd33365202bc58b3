// What single numbers of a run tell: values exactly on a kink, and zeros that only precision makes.

#include "tests/support/small_models.h"

#include "engine/diagnostics/catalogue.h"
#include "engine/session/run_findings.h"

#include <QTemporaryDir>
#include <QtTest>

#include <functional>

using namespace backstep;

namespace {

using Make = std::function<SmallModel()>;

constexpr int64_t kFloat = 1; // TensorProto.DataType

/// x [2, 2] @ W [2, 3], whose first row is 0.1, -0.199, 0.302, and what follows of h.
SmallModel behindWeight(const std::function<void(SmallModel&)>& addNodes)
{
    SmallModel model(17);
    model.input("x", {2, 2}).weight("W", {2, 3}).node("MatMul", {"x", "W"}, {"h"}, "product");
    addNodes(model);
    return model.output("y", {});
}

SmallModel unary(const char* op)
{
    return behindWeight([=](SmallModel& model) { model.node(op, {"h"}, {"y"}, "op"); });
}

SmallModel largest(bool isOfItself)
{
    return behindWeight([=](SmallModel& model) {
        model.node("Neg", {"h"}, {"negative"}, "negative");
        model.node("Max", {"h", isOfItself ? "h" : "negative"}, {"y"}, "op");
    });
}

SmallModel clipped(float bound)
{
    return behindWeight([=](SmallModel& model) {
        model.constant("bound", Tensor::scalar(bound, DType::Float32));
        model.node("Clip", {"h", "bound"}, {"y"}, "op");
    });
}

/// h in another dtype, times a number twice, and back.
SmallModel scaled(DType dtype, double factor, const char* between = "Identity")
{
    return behindWeight([=](SmallModel& model) {
        model.constant("factor", Tensor::scalar(factor, dtype));
        model.node("Cast", {"h"}, {"narrow"}, "narrow");
        model.attribute("to", static_cast<int64_t>(dtype));
        model.node(between, {"narrow"}, {"between"}, "between");
        model.node("Mul", {"between", "factor"}, {"once"}, "once");
        model.node("Mul", {"once", "factor"}, {"twice"}, "twice");
        model.node("Cast", {"twice"}, {"y"}, "wide").attribute("to", kFloat);
    });
}

}

class TestRunValues : public QObject
{
    Q_OBJECT
private slots:
    void tellsWhatLiesOnAKink_data();
    void tellsWhatLiesOnAKink();
    void namesTheTimesteps();
    void tellsZerosOfPrecision_data();
    void tellsZerosOfPrecision();

private:
    /// What a run of the model on x, under the sum as loss, tells of one kind.
    FindingList findingsOf(const SmallModel& model, const std::vector<float>& x,
                           const DiagnosticKind& kind);
    QTemporaryDir m_folder;
};

FindingList TestRunValues::findingsOf(const SmallModel& model, const std::vector<float>& x,
                                      const DiagnosticKind& kind)
{
    QFile file(m_folder.filePath("model.onnx"));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(QByteArray::fromStdString(model.bytes()));
    file.close();
    OpenOptions options;
    options.loss.kind = LossKind::Sum;
    if (!x.empty())
        options.inputs.given["x"] = Tensor::of<float>({2, 2}, x);
    DebugSession session;
    if (const Result<void> opened = session.open(file.fileName().toStdString(), options); !opened) {
        qWarning("%s", opened.error().text().c_str());
        return {};
    }
    session.setStopsAtBreaks(false);
    session.step(StepKind::Continue);
    FindingList findings = runReport(session).findings;
    std::erase_if(findings, [&](const Finding& each) { return each.kind != &kind; });
    return findings;
}

// Expected by hand: a row of zeros in x is a row of zeros in h.
void TestRunValues::tellsWhatLiesOnAKink_data()
{
    QTest::addColumn<Make>("make");
    QTest::addColumn<std::vector<float>>("x");
    QTest::addColumn<QString>("words"); // "": nothing is told
    const std::vector<float> secondRow{1, 0, 0, 0}, bothRows{1, 0, 0, 1};
    const auto row = [](const char* name, Make make, const std::vector<float>& x,
                        const char* words) {
        QTest::newRow(name) << std::move(make) << x << QString(words);
    };
    row(
        "relu of zeros", [] { return unary("Relu"); }, secondRow,
        "3 of 6 values lie exactly at 0, where it has no derivative; the first is element [1, 0]");
    row(
        "relu of no zero", [] { return unary("Relu"); }, bothRows, "");
    row(
        "tanh of zeros", [] { return unary("Tanh"); }, secondRow, "");
    row(
        "elu of zeros", [] { return unary("Elu"); }, secondRow,
        ""); // alpha 1: slope 1 on both sides
    row(
        "abs of zeros", [] { return unary("Abs"); }, secondRow, "3 of 6 values lie exactly at 0");
    row(
        "floor of integers", [] { return unary("Floor"); }, secondRow, "exactly at an integer");
    row(
        "round of integers", [] { return unary("Round"); }, secondRow, "");
    row(
        "a tie of two operands", [] { return largest(false); }, secondRow,
        "3 of 6 values lie exactly where two operands are equal");
    row(
        "no tie", [] { return largest(false); }, bothRows, "");
    row(
        "twice the same operand", [] { return largest(true); }, secondRow, "");
    row(
        "a tie of three elements",
        [] {
            return unary("ReduceMax"); // over all: 0.302, and nothing else is as large
        },
        secondRow, "");
    row(
        "on a bound", [] { return clipped(0.1f); }, secondRow,
        "1 of 6 values lie exactly at a bound, where it has no derivative; the first is element "
        "[0, 0]");
    row(
        "beside a bound", [] { return clipped(0.15f); }, secondRow, "");
    row(
        "all elements tie", [] { return unary("ReduceMax"); }, {0, 0, 0, 0},
        "6 of 6 values lie exactly where two elements are the largest");
}

void TestRunValues::tellsWhatLiesOnAKink()
{
    QFETCH(Make, make);
    QFETCH(std::vector<float>, x);
    QFETCH(QString, words);
    const FindingList findings = findingsOf(make(), x, kinds::kink);
    QCOMPARE(findings.size(), size_t(words.isEmpty() ? 0 : 1));
    if (words.isEmpty())
        return;
    QVERIFY2(findings[0].message.find(words.toStdString()) != std::string::npos,
             findings[0].message.c_str());
    QCOMPARE(int(findings[0].severity()), int(Severity::Info));
    QVERIFY(!findings[0].fixes.empty());
}

// From zeros an LSTM makes zeros: the candidate is tanh(0) as long as only the forget bias is not
// 0.
void TestRunValues::namesTheTimesteps()
{
    OpenOptions options;
    options.inputs.given["x"] = Tensor(TensorType{DType::Float32, {2, 4, 3}});
    DebugSession session;
    QVERIFY(session.openText("x: float32[2, 4, 3] -> LSTM(2) -> relu -> Dense(2) -> mse", options));
    session.setStopsAtBreaks(false);
    session.step(StepKind::Continue);
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    for (const Finding& finding : runReport(session).findings)
        if (finding.kind == &kinds::kink) {
            QCOMPARE(finding.timesteps, (std::vector<TimestepRange>{{0, 3}}));
            QVERIFY2(finding.message.find("16 of 16") != std::string::npos,
                     finding.message.c_str());
            QVERIFY2(finding.message.find("element [0, 0] at timestep 0") != std::string::npos,
                     finding.message.c_str());
            return;
        }
    QFAIL("no kink");
}

// Expected by hand: dy = 1, so the cotangents are the factor and its square. The smallest numbers
// above 0 are 6e-8 (float16), 9.2e-41 (bfloat16) and 1.4e-45 (float32); half of them rounds to 0.
void TestRunValues::tellsZerosOfPrecision_data()
{
    QTest::addColumn<Make>("make");
    QTest::addColumn<bool>("isGiven");
    QTest::addColumn<QString>("words"); // "": nothing is told
    QTest::addColumn<bool>("isWarning");
    const auto row = [](const char* name, Make make, const char* words = "", bool isWarning = false,
                        bool isGiven = true) {
        QTest::newRow(name) << std::move(make) << isGiven << QString(words) << isWarning;
    };
    row(
        "1e-4 squared in float16", [] { return scaled(DType::Float16, 1e-4); },
        "6 of 6 numbers that its gradient hands on are 0 in float16 alone; in float64 the same "
        "rule on the same values gives up to 1e-08",
        true);
    row(
        "on made-up data", [] { return scaled(DType::Float16, 1e-4); }, "in float16 alone", false,
        false);
    row("1e-2 squared in float16", [] { return scaled(DType::Float16, 1e-2); });
    row("1e-4 squared in bfloat16", [] { return scaled(DType::BFloat16, 1e-4); });
    row(
        "1e-21 squared in bfloat16", [] { return scaled(DType::BFloat16, 1e-21); },
        "in bfloat16 alone", true);
    row(
        "1e-25 squared in float32", [] { return scaled(DType::Float32, 1e-25); },
        "in float32 alone");
    row("1e-18 squared in float32", [] { return scaled(DType::Float32, 1e-18); });
    row("zeros by rule", [] { return scaled(DType::Float16, 1e-2, "Sign"); });
    row("times 0", [] { return scaled(DType::Float16, 0); });
}

void TestRunValues::tellsZerosOfPrecision()
{
    QFETCH(Make, make);
    QFETCH(bool, isGiven);
    QFETCH(QString, words);
    QFETCH(bool, isWarning);
    const FindingList findings = findingsOf(
        make(), isGiven ? std::vector<float>{1, 2, 3, 4} : std::vector<float>(), kinds::underflow);
    QCOMPARE(findings.size(), size_t(words.isEmpty() ? 0 : 1));
    if (words.isEmpty())
        return;
    QVERIFY2(findings[0].message.find(words.toStdString()) != std::string::npos,
             findings[0].message.c_str());
    QCOMPARE(int(findings[0].severity()), int(isWarning ? Severity::Warning : Severity::Info));
}

QTEST_APPLESS_MAIN(TestRunValues)
#include "tst_run_values.moc"
