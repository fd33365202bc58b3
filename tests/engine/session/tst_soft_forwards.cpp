// Forwards of the library in the place of ops: what comes alive, what the numbers are, undo.

#include "engine/diagnostics/soft_forwards.h"
#include "engine/session/debug_session.h"
#include "engine/session/fixes.h"
#include "engine/session/forward_looks.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <set>

using namespace backstep;

namespace {

/// y = w3 * what `op` makes of x * w, through a cast to floats where the op gives integers.
std::string modelWith(const QTemporaryDir& folder, const QString& op)
{
    SmallModel model;
    model.input("x", {2, 4}).weight("w", {4, 4}).weight("v", {1, 1}).weight("k", {2, 1});
    model.node("MatMul", {"x", "w"}, {"a"}, "before");
    const DType float32 = DType::Float32;
    if (op == "Greater" || op == "LessOrEqual") {
        model.node(op.toStdString(), {"a", "v"}, {"b"}, "op");
        model.node("Cast", {"b"}, {"c"}, "back").attribute("to", static_cast<int64_t>(float32));
    } else if (op == "ArgMax") {
        model.node("ArgMax", {"a"}, {"b"}, "op").attribute("axis", 1);
        model.node("Cast", {"b"}, {"c"}, "back").attribute("to", static_cast<int64_t>(float32));
    } else if (op == "Cast") {
        model.node("Cast", {"a"}, {"b"}, "op").attribute("to", static_cast<int64_t>(DType::Int32));
        model.node("Cast", {"b"}, {"c"}, "back").attribute("to", static_cast<int64_t>(float32));
    } else if (op == "mask") { // a comparison that chooses, and is read as a number too
        model.node("Greater", {"a", "v"}, {"b"}, "op");
        model.node("Where", {"b", "a", "v"}, {"d"}, "choice");
        model.node("Cast", {"b"}, {"e"}, "back").attribute("to", static_cast<int64_t>(float32));
        model.node("Add", {"d", "e"}, {"c"}, "both");
    } else {
        model.node(op.toStdString(), {"a"}, {"c"}, "op");
    }
    model.node("Mul", {"c", "k"}, {"y"}, "after");
    model.output("y", {2, op == "ArgMax" ? 1 : 4});
    QFile file(folder.filePath("model.onnx"));
    if (file.open(QIODevice::WriteOnly))
        file.write(QByteArray::fromStdString(model.bytes()));
    return file.fileName().toStdString();
}

NodeId nodeNamed(const Graph& graph, const std::string& name)
{
    for (const NodeId id : graph.nodeIds())
        if (graph.node(id).origin.name == name)
            return id;
    return kNoNode;
}

Flow flowOf(const Snapshot& snapshot, const std::string& weight)
{
    for (const auto& [value, arrival] : snapshot.report->targets)
        if (snapshot.program->value(value).name == weight)
            return arrival.flow;
    return Flow::None;
}

std::vector<double> outputOf(DebugSession& session)
{
    session.setStopsAtBreaks(false);
    session.step(StepKind::Continue);
    const Tensor tensor =
        session.value({session.snapshot()->document->graph->outputs[0].value, {}}).tensor;
    std::vector<double> numbers;
    for (int64_t i = 0; !tensor.isNull() && i < tensor.count(); ++i)
        numbers.push_back(tensor.number(i));
    return numbers;
}

}

class TestSoftForwards : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void isComplete();
    void computesItsFormula_data();
    void computesItsFormula();
    void bringsTheWeightAlive_data();
    void bringsTheWeightAlive();
    void keepsTheComparisonForMasks();
    void isRefusedWhereItDoesNotFit_data();
    void isRefusedWhereItDoesNotFit();

private:
    QTemporaryDir m_folder;
};

void TestSoftForwards::isComplete()
{
    std::set<std::string_view> ids;
    for (const SoftForward& row : softForwards()) {
        QVERIFY2(ids.insert(row.id).second, row.id.data());
        QVERIFY(!row.title.empty() && !row.use.empty() && !row.source.empty() && !row.ops.empty());
        QCOMPARE(row.sharpness > 0, row.forward.find("{k}") != std::string_view::npos);
        QVERIFY(row.sharpness == 0 || (row.least <= row.sharpness && row.sharpness <= row.most));
        QVERIFY(row.kind == FixKind::ReplaceForward || row.kind == FixKind::GradientOnly);
    }
}

void TestSoftForwards::computesItsFormula_data()
{
    QTest::addColumn<QByteArray>("text"); // with k = 5
    QTest::addColumn<QList<double>>("x");
    QTest::addColumn<QList<double>>("y"); // NumPy 2
    const QList<double> x{-1.3, -0.5, 0.2, 0.5, 1.7};
    // r = x - np.floor(x) - .5; np.floor(x) + .5 + .5 * np.tanh(5 * r) / np.tanh(2.5)
    QTest::newRow("soft-round") << QByteArray("Round") << x
                                << QList<double>{-1.1140365300894557, -0.5, 0.04128565978579607,
                                                 0.5, 1.8859634699105443};
    QTest::newRow("soft-sign") << QByteArray("Sign") << x
                               << QList<double>{-0.9999954793514042, -0.9866142981514303,
                                                0.7615941559557649, 0.9866142981514303,
                                                0.999999917201249};
    // z = x - .5; r = z - np.floor(z) - .5; np.floor(z) + .5 + .5 * np.tanh(5 * r) / np.tanh(2.5)
    QTest::newRow("soft-floor") << QByteArray("Floor") << x
                                << QList<double>{-1.958714340214204, -1.0, -0.11403653008945569,
                                                 0.0, 1.041285659785796};
}

void TestSoftForwards::computesItsFormula()
{
    QFETCH(QByteArray, text);
    QFETCH(QList<double>, x);
    QFETCH(QList<double>, y);
    DebugSession session;
    QVERIFY(session.open(modelWith(m_folder, text)));
    const Graph& graph = *session.snapshot()->document->graph;
    const Node& node = graph.node(nodeNamed(graph, "op"));
    const Result<Fix> fix = fixNamed(graph, node, QTest::currentDataTag(), 5.0);
    QVERIFY2(fix, fix ? "" : fix.error().text().c_str());
    const std::vector<double> found =
        forwardCurve(graph, node, fix->forward->text, {x.begin(), x.end()});
    QCOMPARE(found.size(), size_t(y.size()));
    for (int i = 0; i < y.size(); ++i)
        QVERIFY2(std::abs(found[size_t(i)] - y[i]) < 1e-12,
                 qPrintable(QString::number(found[size_t(i)], 'g', 17)));
}

void TestSoftForwards::bringsTheWeightAlive_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QByteArray>("fix");
    QTest::addColumn<bool>("keepsTheForward");
    const auto row = [](const char* op, const char* fix, bool keeps) {
        QTest::newRow(fix) << QString(op) << QByteArray(fix) << keeps;
    };
    row("Sign", "soft-sign", false);
    row("Round", "soft-round", false);
    row("Floor", "soft-floor", false);
    row("Ceil", "soft-ceil", false);
    row("ArgMax", "soft-argmax", false);
    row("ArgMax", "through-argmax", true);
    row("Cast", "through-cast", true);
    row("Greater", "soft-greater", false);
    row("Greater", "through-greater", true);
    row("LessOrEqual", "soft-less", false);
    row("LessOrEqual", "through-less-or-equal", true);
}

void TestSoftForwards::bringsTheWeightAlive()
{
    QFETCH(QString, op);
    QFETCH(QByteArray, fix);
    QFETCH(bool, keepsTheForward);
    DebugSession session;
    const Result<void> opened = session.open(modelWith(m_folder, op));
    QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
    QVERIFY(flowOf(*session.snapshot(), "w") != Flow::Live);
    const std::vector<double> before = outputOf(session);
    const Graph& graph = *session.snapshot()->document->graph;
    const Node& node = graph.node(nodeNamed(graph, "op"));
    // Offered with the finding, as the library has it.
    bool isOffered = false;
    for (const Finding& finding : *session.snapshot()->findings)
        for (const Fix& each : finding.fixes)
            isOffered = isOffered || (each.forward && each.forward->soft == fix.toStdString());
    QVERIFY(isOffered);
    const Result<Fix> found = fixNamed(graph, node, fix.toStdString(), {});
    QVERIFY2(found, found ? "" : found.error().text().c_str());
    const Result<ForwardError> error = forwardErrorOf(session, node.id, found->forward->text);
    QVERIFY2(error, error ? "" : error.error().text().c_str());
    QCOMPARE(error->largest == 0, keepsTheForward);
    QVERIFY(!error->areDrawn && error->count > 0 && error->mean <= error->largest);
    const Result<void> applied = session.applyFix(node.id, *found);
    QVERIFY2(applied, applied ? "" : applied.error().text().c_str());
    QCOMPARE(flowOf(*session.snapshot(), "w"), Flow::Live);
    for (const Finding& finding : *session.snapshot()->findings)
        QVERIFY2(finding.severity() == Severity::Info, finding.message.c_str());
    QCOMPARE(outputOf(session) == before, keepsTheForward);
    const std::vector<double> fixed = outputOf(session);
    const std::string path = m_folder.filePath("kept.onnx").toStdString();
    QVERIFY(session.save(path));
    DebugSession again;
    const Result<void> reopened = again.open(path);
    QVERIFY2(reopened, reopened ? "" : reopened.error().text().c_str());
    QCOMPARE(again.snapshot()->document->forwards, session.snapshot()->document->forwards);
    QCOMPARE(outputOf(again), fixed);
    QVERIFY(again.removeForward("op")); // the file's own op is still there
    QCOMPARE(outputOf(again), before);
    QVERIFY(session.undo());
    QVERIFY(flowOf(*session.snapshot(), "w") != Flow::Live);
    QCOMPARE(outputOf(session), before);
}

void TestSoftForwards::keepsTheComparisonForMasks()
{
    DebugSession session;
    QVERIFY(session.open(modelWith(m_folder, "mask")));
    const Graph& graph = *session.snapshot()->document->graph;
    const Node& node = graph.node(nodeNamed(graph, "op"));
    const Result<Fix> fix = fixNamed(graph, node, "soft-greater", 4);
    QVERIFY(fix);
    const Result<void> applied = session.applyFix(node.id, *fix);
    QVERIFY2(applied, applied ? "" : applied.error().text().c_str());
    const Graph& after = *session.snapshot()->document->graph;
    QCOMPARE(after.node(nodeNamed(after, "op")).op.type, std::string("Greater"));
    const Node& choice = after.node(nodeNamed(after, "choice"));
    QCOMPARE(after.value(choice.inputs[0]).type.dtype, DType::Bool);
    const Node& back = after.node(nodeNamed(after, "back"));
    QCOMPARE(after.value(back.inputs[0]).type.dtype, DType::Float32);
    QVERIFY(!outputOf(session).empty());
}

void TestSoftForwards::isRefusedWhereItDoesNotFit_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QByteArray>("fix");
    QTest::addColumn<double>("sharpness"); // 0: none given
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* op, const char* fix, double sharpness,
                        const char* says) {
        QTest::newRow(name) << QString(op) << QByteArray(fix) << sharpness << QString(says);
    };
    row("no such id", "Sign", "soft-sing", 0, "Did you mean 'soft-sign'?");
    row("of another op", "Sign", "soft-round", 0, "it is for Round");
    row("a surrogate of another shape", "Round", "triangle", 0, "There is no fix 'triangle'");
    row("too sharp", "Sign", "soft-sign", 5000, "lies from 0.5 to 50, and 5000 was given");
    row("no sharpness to choose", "Cast", "through-cast", 3, "has no sharpness");
    row("a surrogate has none", "Sign", "tanh", 3, "has no sharpness");
}

void TestSoftForwards::isRefusedWhereItDoesNotFit()
{
    QFETCH(QString, op);
    QFETCH(QByteArray, fix);
    QFETCH(double, sharpness);
    QFETCH(QString, says);
    DebugSession session;
    QVERIFY(session.open(modelWith(m_folder, op)));
    const Graph& graph = *session.snapshot()->document->graph;
    const Result<Fix> found = fixNamed(graph, graph.node(nodeNamed(graph, "op")), fix.toStdString(),
                                       sharpness == 0 ? std::nullopt : std::optional(sharpness));
    QVERIFY(!found);
    QVERIFY2(QString::fromStdString(found.error().text()).contains(says),
             found.error().text().c_str());
}

QTEST_APPLESS_MAIN(TestSoftForwards)
#include "tst_soft_forwards.moc"
