// Models with an op whose result has a type that nobody states open, and what follows it is no
// fault (SEMANTICS R16): by weights and findings worked out by hand.

#include "engine/session/debug_session.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace backstep;

namespace {

/// x [3, 4] @ W [4, 5], and what follows of h.
SmallModel behindProduct(const std::function<void(SmallModel&)>& addNodes,
                         std::vector<int64_t> result, DType inputs = DType::Float32)
{
    SmallModel model;
    model.input("x", {3, 4}, inputs).weight("W", {4, 5});
    model.node("MatMul", {"x", "W"}, {"h"}, "product");
    addNodes(model);
    return model.output("y", std::move(result));
}

}

class AssumedTypesTest : public QObject
{
    Q_OBJECT
private slots:
    void opensAndTellsTheCause_data();
    void opensAndTellsTheCause();
};

void AssumedTypesTest::opensAndTellsTheCause_data()
{
    QTest::addColumn<std::string>("model");
    QTest::addColumn<QString>("findings");
    QTest::addColumn<QString>("weights");
    const auto fancy = [](SmallModel& model) { model.node("Fancy", {"h"}, {"u"}, "fancy"); };
    QTest::newRow("an unknown op of another size")
        << behindProduct(
               [&](SmallModel& model) {
                   fancy(model);
                   model.node("Tanh", {"u"}, {"y"}, "tanh");
               },
               {3, 7})
               .bytes()
        << "unknown-op at fancy"
        << "W blocked";
    QTest::newRow("a product that does not fit what is assumed")
        << behindProduct(
               [&](SmallModel& model) {
                   fancy(model);
                   model.weight("V", {7, 2}).node("MatMul", {"u", "V"}, {"v"}, "second");
                   model.node("Tanh", {"v"}, {"y"}, "tanh");
               },
               {3, 2})
               .bytes()
        << "unknown-op at fancy"
        << "W blocked, V live";
    QTest::newRow("a sum that does not fit what is assumed")
        << behindProduct(
               [&](SmallModel& model) {
                   fancy(model);
                   model.weight("b", {9}).node("Add", {"u", "b"}, {"v"}, "sum");
                   model.node("Softmax", {"v"}, {"y"}, "softmax");
               },
               {3, 9})
               .bytes()
        << "unknown-op at fancy"
        << "W blocked, b live";
    QTest::newRow("a norm that does not fit what is assumed")
        << behindProduct(
               [&](SmallModel& model) {
                   fancy(model);
                   model.weight("g", {9}).weight("b", {9});
                   model.node("LayerNormalization", {"u", "g", "b"}, {"y"}, "norm");
               },
               {3, 9})
               .bytes()
        << "unknown-op at fancy"
        << "W blocked, g blocked, b blocked";
    QTest::newRow("the size is assumed rightly")
        << behindProduct(
               [&](SmallModel& model) {
                   fancy(model);
                   model.weight("V", {5, 2}).node("MatMul", {"u", "V"}, {"y"}, "second");
               },
               {3, 2})
               .bytes()
        << "unknown-op at fancy"
        << "W blocked, V live";
    // The LSTM wants 3 features at the end: nothing behind it fits what is assumed of its result.
    SmallModel turned;
    turned.input("x", {2, 3, 5}).weight("W", {1, 16, 3}).weight("R", {1, 16, 4});
    turned.weight("K", {4, 2}).constant("axis", Tensor::ints({1}));
    turned.node("LSTM", {"x", "W", "R"}, {"h"}, "lstm").attribute("hidden_size", 4);
    turned.node("Squeeze", {"h", "axis"}, {"s"}, "squeeze");
    turned.node("MatMul", {"s", "K"}, {"y"}, "product").outputOfAnyType("y");
    QTest::newRow("behind an op that refuses its shape") << turned.bytes() << "wrong-shape at lstm"
                                                         << "W blocked, R blocked, K live";
    // The file states [5, 2, 7] of the stack, so inside it is [2, 7], whatever stands in the body.
    const auto inScan = [](bool hasTypeInside) {
        SmallModel inner;
        inner.input("h", {2, 4}).input("x_t", {2, 4}).node("Add", {"h", "x_t"}, {"next"}, "add");
        inner.node("Fancy", {"next"}, {"u"}, "fancy").output("next", {2, 4});
        if (hasTypeInside)
            inner.output("u", {2, 7});
        else
            inner.outputOfAnyType("u");
        SmallModel model;
        model.input("x", {5, 2, 4}).weight("start", {2, 4}).weight("V", {7, 3});
        model.node("Scan", {"start", "x"}, {"", "us"}, "scan").attribute("num_scan_inputs", 1);
        model.body(inner).node("MatMul", {"us", "V"}, {"y"}, "product");
        return model.stated("us", {5, 2, 7}).output("y", {5, 2, 3}).bytes();
    };
    QTest::newRow("inside a Scan") << inScan(true) << "unknown-op at fancy"
                                   << "start blocked, V live";
    QTest::newRow("inside a Scan, stated outside") << inScan(false) << "unknown-op at fancy"
                                                   << "start blocked, V live";
    QTest::newRow("behind an op that refuses integers")
        << behindProduct([](SmallModel& model) { model.node("Tanh", {"h"}, {"y"}, "tanh"); },
                         {3, 5}, DType::Int32)
               .bytes()
        << "int-to-real-op at product"
        << "W blocked";
}

void AssumedTypesTest::opensAndTellsTheCause()
{
    QFETCH(std::string, model);
    QFETCH(QString, findings);
    QFETCH(QString, weights);
    QTemporaryDir folder;
    QFile file(folder.filePath("model.onnx"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(model));
    file.close();
    DebugSession session;
    const Result<void> opened = session.open(file.fileName().toStdString());
    QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    QStringList found, states;
    for (const Finding& finding : *snapshot->findings)
        if (finding.kind->severity == Severity::Error)
            found += QString("%1 at %2")
                         .arg(finding.kind->code.data(),
                              snapshot->program->node(finding.node).origin.name.c_str());
    QCOMPARE(found.join(", "), findings);
    for (const ValueId weight : snapshot->program->valuesOfKind(ValueKind::Weight)) {
        const Flow flow = snapshot->states->weight(weight);
        states += QString("%1 %2").arg(snapshot->program->value(weight).name.c_str(),
                                       flow == Flow::Live      ? "live"
                                       : flow == Flow::Blocked ? "blocked"
                                                               : "zero or none");
    }
    QCOMPARE(states.join(", "), weights);
    session.setStopsAtBreaks(false);
    const PassState end = session.step(StepKind::Continue); // as far as it can
    QCOMPARE(end.reason, StopReason::Failed);
}

QTEST_APPLESS_MAIN(AssumedTypesTest)
#include "tst_assumed_types.moc"
