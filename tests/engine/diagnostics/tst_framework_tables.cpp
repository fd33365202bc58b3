// What the shipped tables say of ops, and how ONNX ops find their nearest function.

#include "engine/diagnostics/framework_tables.h"

#include <QtTest>

using namespace backstep;

Q_DECLARE_METATYPE(backstep::Framework)

namespace {

QString wordFor(GradientVerdict verdict)
{
    static const char* words[]{"rule", "zero", "none", "missing"};
    return words[static_cast<size_t>(verdict)];
}

}

class TestFrameworkTables : public QObject
{
    Q_OBJECT
private slots:
    void knowsOpsByTheirOwnNames_data();
    void knowsOpsByTheirOwnNames();
    void findsTheNearestFunction_data();
    void findsTheNearestFunction();
    void saysWhichVersionItSpeaksOf_data();
    void saysWhichVersionItSpeaksOf();
};

// Expected: rows of the probed tables, and the texts that the frameworks raised in the probes.
void TestFrameworkTables::knowsOpsByTheirOwnNames_data()
{
    QTest::addColumn<Framework>("framework");
    QTest::addColumn<QByteArray>("op");
    QTest::addColumn<QString>("verdict"); // "" where the framework has no such op
    QTest::addColumn<QByteArray>("exception");
    const auto row = [](Framework framework, const char* op, const char* verdict,
                        const char* exception = "") {
        QTest::addRow("%s %s", wordOf(framework).data(), op)
            << framework << QByteArray(op) << QString(verdict) << QByteArray(exception);
    };
    const Framework tf = Framework::TensorFlow, torch = Framework::PyTorch, jax = Framework::Jax;
    row(tf, "Tanh", "rule");
    row(tf, "Sign", "zero");
    row(tf, "Round", "none");
    row(tf, "FloorDiv", "none");
    row(tf, "StopGradient", "none");
    row(tf, "PyFunc", "none");
    row(tf, "EagerPyFunc", "rule");
    row(tf, "Bucketize", "missing");
    row(tf, "TruncateMod", "missing");
    row(tf, "PreventGradient", "missing", "LookupError: Gradient explicitly disabled.");
    row(tf, "Frobnicate", "");
    row(torch, "tanh", "rule");
    row(torch, "tanh.default", "rule");
    row(torch, "lstm.input", "rule");
    row(torch, "sign", "zero");
    row(torch, "round", "zero");
    row(torch, "argmax", "none");
    row(torch, "floor_divide.default", "missing");
    row(torch, "heaviside", "missing");
    row(torch, "_unique2", "missing",
        "NotImplementedError: the derivative for '_unique2' is not implemented.");
    row(torch, "igamma", "rule",
        "NotImplementedError: the derivative for 'igamma: input' is not implemented.");
    row(torch, "Sign", "");
    row(jax, "tanh", "rule");
    row(jax, "round", "zero");
    row(jax, "nextafter", "missing");
    row(jax, "igamma_grad_a", "missing");
    row(jax, "custom_vjp_call", "rule");
    row(jax, "clz", "none");
}

void TestFrameworkTables::knowsOpsByTheirOwnNames()
{
    QFETCH(Framework, framework);
    QFETCH(QByteArray, op);
    QFETCH(QString, verdict);
    const FrameworkOp* found = frameworkOp(framework, op.toStdString());
    QCOMPARE(found ? wordFor(found->verdict) : QString(), verdict);
    if (found)
        QTEST(QByteArray(found->exception.data(), int(found->exception.size())), "exception");
}

// Expected: set by hand in resources/tables/onnx_ops.tsv, the verdicts by the tables above.
void TestFrameworkTables::findsTheNearestFunction_data()
{
    QTest::addColumn<Framework>("framework");
    QTest::addColumn<QByteArray>("onnxOp");
    QTest::addColumn<QByteArray>("function"); // "" where there is none
    QTest::addColumn<QString>("verdict");
    const auto row = [](Framework framework, const char* op, const char* function,
                        const char* verdict) {
        QTest::addRow("%s %s", wordOf(framework).data(), op)
            << framework << QByteArray(op) << QByteArray(function) << QString(verdict);
    };
    const Framework tf = Framework::TensorFlow, torch = Framework::PyTorch, jax = Framework::Jax;
    row(tf, "Round", "Round", "none");
    row(torch, "Round", "round", "zero");
    row(jax, "Round", "round", "zero");
    row(tf, "Add", "AddV2", "rule");
    row(tf, "NonZero", "Where", "missing");
    row(torch, "Unique", "unique_dim", "missing");
    row(tf, "Gelu", "", "rule"); // made of smaller ops
    row(jax, "Hardmax", "", "zero");
    row(jax, "Frobnicate", "", "");
}

void TestFrameworkTables::findsTheNearestFunction()
{
    QFETCH(Framework, framework);
    QFETCH(QByteArray, onnxOp);
    const FrameworkOp* found = analogueOf(framework, onnxOp.toStdString());
    QTEST(found ? QByteArray(found->name.data(), int(found->name.size())) : QByteArray(),
          "function");
    const auto byMathematics = verdictByMathematics(onnxOp.toStdString());
    QTEST(found           ? wordFor(found->verdict)
          : byMathematics ? wordFor(*byMathematics)
                          : QString(),
          "verdict");
}

void TestFrameworkTables::saysWhichVersionItSpeaksOf_data()
{
    QTest::addColumn<Framework>("framework");
    QTest::addColumn<QString>("version");
    QTest::newRow("TensorFlow") << Framework::TensorFlow << "TensorFlow 2.21.0";
    QTest::newRow("PyTorch") << Framework::PyTorch << "PyTorch 2.15.0";
    QTest::newRow("JAX") << Framework::Jax << "JAX 0.10.2";
}

void TestFrameworkTables::saysWhichVersionItSpeaksOf()
{
    QFETCH(Framework, framework);
    QFETCH(QString, version);
    QVERIFY(QString::fromUtf8(originOf(framework).data()).startsWith(version));
}

QTEST_APPLESS_MAIN(TestFrameworkTables)
#include "tst_framework_tables.moc"
