// Each kind that a graph shows: a model that triggers it, and a near miss that must not.

#include "tests/engine/checks/static_models.h"

#include "engine/diagnostics/catalogue.h"
#include "engine/session/debug_session.h"

#include <QTemporaryDir>
#include <QtTest>

#include <functional>

using namespace backstep;

namespace {

using Make = std::function<SmallModel()>;

}

class TestStaticChecks : public QObject
{
    Q_OBJECT
private slots:
    void reportsEachKind_data();
    void reportsEachKind();
    void examplesOfTheCatalogueTriggerTheirKind_data();
    void examplesOfTheCatalogueTriggerTheirKind();
    void everyRowOfTheCatalogueIsComplete();
    void namesTheFrameworkThatHasAGradient();

private:
    QTemporaryDir m_folder;
};

void TestStaticChecks::reportsEachKind_data()
{
    QTest::addColumn<Make>("make");
    QTest::addColumn<QByteArray>("profile");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<bool>("isReported"); // as a warning or an error
    const auto row = [](const char* name, const char* code, bool isReported, Make make,
                        const char* profile = "backstep") {
        QTest::addRow("%s: %s", code, name)
            << std::move(make) << QByteArray(profile) << QByteArray(code) << isReported;
    };
    row("sign", "zero-gradient", true, [] { return chained({"Sign"}); });
    row("sign with a way around", "zero-gradient", false, [] { return chained({"Sign"}, true); });
    row("tanh", "zero-gradient", false, [] { return chained({"Tanh"}); });
    row(
        "round in TensorFlow", "none-by-rule", true, [] { return chained({"Round"}); },
        "tensorflow");
    row(
        "round in PyTorch", "none-by-rule", false, [] { return chained({"Round"}); }, "pytorch");
    row("to int and back", "int-cast", true, [] { return chained({"CastInt", "CastFloat"}); });
    row("with a way around", "int-cast", false, [] {
        return chained({"CastInt", "CastFloat"}, true);
    });
    row("to the same type", "int-cast", false, [] { return chained({"CastFloat", "Tanh"}); });
    row("argmax as a value", "index-output", true, [] { return indexed(true); });
    row("argmax beside the path", "index-output", false, [] { return indexed(false); });
    row("mask as a value", "comparison", true, [] { return masked(true); });
    row("mask as a factor", "comparison", false, [] { return masked(false); });
    row("an op of nobody", "unknown-op", true, [] { return chained({"Frobnicate"}); });
    row("an op of ONNX", "unknown-op", false, [] { return chained({"Elu"}); });
    row(
        "Bucketize in TensorFlow", "missing-gradient", true,
        [] { return chained({"TruncateMod"}); }, "tensorflow");
    row(
        "behind Round in TensorFlow", "missing-gradient", false,
        [] {
            return chained({"TruncateMod", "Round"});
        },
        "tensorflow");
    row(
        "behind Sign in TensorFlow", "missing-gradient", true,
        [] {
            return chained({"TruncateMod", "Sign"});
        },
        "tensorflow");
    row(
        "fed by data", "missing-gradient", false,
        [] { return ofTypes(DType::Float32, "TruncateMod"); }, "tensorflow");
    row(
        "a Betainc of weights", "partial-rule", false, [] { return chained({"Tanh"}); },
        "tensorflow");
    row("PyFunc", "host-call", true, [] { return chained({"PyFunc"}); });
    row(
        "PyFunc in TensorFlow", "host-call", true, [] { return chained({"PyFunc"}); },
        "tensorflow");
    row(
        "EagerPyFunc in TensorFlow", "host-call", false, [] { return chained({"EagerPyFunc"}); },
        "tensorflow");
    row("IdentityN", "custom-lost", true, [] { return chained({"IdentityN"}); });
    row("Identity", "custom-lost", false, [] { return chained({"Identity"}); });
    row("a draw", "sampling", true, [] { return chained({"Sigmoid", "Bernoulli"}); });
    row("no draw", "sampling", false, [] { return chained({"Sigmoid"}); });
    row("text into a product", "string-input", true,
        [] { return ofTypes(DType::String, "MatMul"); });
    row("numbers into a product", "string-input", false,
        [] { return ofTypes(DType::Float32, "MatMul"); });
    row("float64 times float32", "float-mix", true,
        [] { return ofTypes(DType::Float64, "MatMul"); });
    row("float32 times float32", "float-mix", false,
        [] { return ofTypes(DType::Float32, "MatMul"); });
    row("tanh of integers", "int-to-real-op", true, [] { return ofTypes(DType::Int32, "Tanh"); });
    row("tanh of floats", "int-to-real-op", false, [] { return ofTypes(DType::Float32, "Tanh"); });
    row("tanh of booleans", "wrong-type", true, [] { return ofTypes(DType::Bool, "Tanh"); });
    row("not of booleans", "wrong-type", false, [] { return ofTypes(DType::Float32, "Tanh"); });
    row("two axes", "rank", true, [] { return recurrent({5, 3}, 2); });
    row("three axes", "rank", false, [] { return recurrent({5, 2, 3}, 2); });
    row("state of another batch", "state-size", true, [] { return recurrent({5, 2, 3}, 3); });
    row("state of this batch", "state-size", false, [] { return recurrent({5, 2, 3}, 2); });
    row("inner sizes differ", "wrong-shape", true, [] { return product(5); });
    row("inner sizes fit", "wrong-shape", false, [] { return product(3); });
    row("layer norm of one feature", "single-sample-norm", true, [] { return layerNorm(1); });
    row("layer norm of four", "single-sample-norm", false, [] { return layerNorm(4); });
    row("batch norm of one row", "single-sample-norm", true, [] { return batchNorm(1); });
    row("batch norm of two rows", "single-sample-norm", false, [] { return batchNorm(2); });
    row("variance over n = 1", "single-sample-norm", true,
        [] { return deviation(1, 1, 0, false); });
    row("variance over n - 1 = 0", "single-sample-stat", true,
        [] { return deviation(1, 0, 0, false); });
    row("variance over n - 1 = 3", "single-sample-stat", false,
        [] { return deviation(4, 3, 0, false); });
    row("variance over n = 1, alone", "single-sample-stat", false,
        [] { return deviation(1, 1, 0, false); });
    row("root of a spread of 0", "single-sample-stat", true,
        [] { return deviation(1, 1, 0, true); });
    row("root with an epsilon", "single-sample-stat", false,
        [] { return deviation(1, 1, 0.001f, true); });
    row("a weight of another output", "not-connected", true, [] { return twoOutputs(false); });
    row("a weight on the path", "not-connected", false, [] { return twoOutputs(true); });
}

void TestStaticChecks::reportsEachKind()
{
    QFETCH(Make, make);
    QFETCH(QByteArray, profile);
    QFETCH(QByteArray, code);
    QFile file(m_folder.filePath("model.onnx"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(make().bytes()));
    file.close();
    DebugSession session;
    OpenOptions options;
    options.profile = *profileNamed(profile.constData());
    const Result<void> opened = session.open(file.fileName().toStdString(), options);
    QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
    QStringList seen;
    bool isReported = false;
    for (const Finding& finding : *session.snapshot()->findings) {
        seen << QString::fromUtf8(finding.kind->code.data());
        if (finding.kind->code == code.toStdString() && finding.severity() != Severity::Info)
            isReported = true;
    }
    QVERIFY2(kindWithCode(code.toStdString()), "no such code");
    const bool isWanted = *static_cast<bool*>(QTest::qData("isReported", qMetaTypeId<bool>()));
    QVERIFY2(isReported == isWanted, qPrintable("seen: " + seen.join(' ')));
}

void TestStaticChecks::examplesOfTheCatalogueTriggerTheirKind_data()
{
    QTest::addColumn<QString>("code");
    for (const KindFamily& family : kindFamilies())
        for (const DiagnosticKind* kind : family.kinds)
            if (kind->seenIn == SeenIn::Graph && kind->example.starts_with("x: "))
                QTest::newRow(kind->code.data()) << QString::fromUtf8(kind->code.data());
}

void TestStaticChecks::examplesOfTheCatalogueTriggerTheirKind()
{
    QFETCH(QString, code);
    const DiagnosticKind* kind = kindWithCode(code.toStdString());
    DebugSession session;
    const Result<void> opened = session.openText(std::string(kind->example));
    QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
    const FindingList& findings = *session.snapshot()->findings;
    QVERIFY(std::any_of(findings.begin(), findings.end(),
                        [&](const Finding& finding) { return finding.kind == kind; }));
}

void TestStaticChecks::everyRowOfTheCatalogueIsComplete()
{
    QSet<QString> codes;
    for (const KindFamily& family : kindFamilies())
        for (const DiagnosticKind* kind : family.kinds) {
            const QString code = QString::fromUtf8(kind->code.data());
            QVERIFY2(!codes.contains(code), qPrintable(code));
            codes << code;
            for (const std::string_view text :
                 {kind->title, kind->what, kind->why, kind->example, kind->remedy})
                QVERIFY2(!text.empty(), qPrintable(code));
        }
    QVERIFY(codes.size() >= 62); // 57 ids and 5 causes
}

// TruncateMod raises in TensorFlow and is nobody else's; floor_divide's Div and Floor are others'.
void TestStaticChecks::namesTheFrameworkThatHasAGradient()
{
    DebugSession session;
    OpenOptions options;
    options.profile = *profileNamed("pytorch");
    QVERIFY(session.open(BACKSTEP_TEST_DATA "/models/torch_floor_divide/model.onnx", options));
    for (const Finding& finding : *session.snapshot()->findings)
        if (finding.kind == &kinds::missingGradient) {
            QCOMPARE(finding.basis, Basis::SourceOp);
            QVERIFY(finding.says[1].find("derivative for aten::floor_divide") != std::string::npos);
            return;
        }
    QFAIL("no missing-gradient");
}

QTEST_APPLESS_MAIN(TestStaticChecks)
#include "tst_static_checks.moc"
