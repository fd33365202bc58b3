// Loss and gradients of real exported models against what TensorFlow, PyTorch and JAX computed.

#include "engine/session/debug_session.h"
#include "engine/session/live_pass.h"
#include "engine/session/program.h"
#include "tests/engine/session/reference_comparison.h"
#include "tests/engine/session/reference_files.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace backstep;
using reference::Reference;

namespace {

/// Files of seed 1 (a sign behind the recurrence) or 3 (a custom gradient there).
std::vector<std::string> filesOf(const std::string& seed)
{
    std::vector<std::string> files;
    for (const std::string& file : reference::files())
        if (file.find(seed) != std::string::npos)
            files.push_back(file);
    return files;
}

}

class ReferencesTest : public QObject
{
    Q_OBJECT
private slots:
    void lossAndGradientsMatch_data();
    void lossAndGradientsMatch();
    void seedOneStarvesTheRecurrentWeights_data();
    void seedOneStarvesTheRecurrentWeights();
    void withoutTheCustomGradientTanhIsDifferentiated_data();
    void withoutTheCustomGradientTanhIsDifferentiated();
    void timeIsFoundWhereTheFileKeepsIt_data();
    void timeIsFoundWhereTheFileKeepsIt();
};

void ReferencesTest::lossAndGradientsMatch_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("isDouble");
    QTest::addColumn<double>("tolerance"); // relative to the array's largest element
    for (const std::string& file : reference::files()) {
        QTest::addRow("%s, float32", file.c_str()) << QString(file.c_str()) << false << 1e-4;
        QTest::addRow("%s, float64", file.c_str()) << QString(file.c_str()) << true << 1e-9;
    }
}

void ReferencesTest::lossAndGradientsMatch()
{
    QFETCH(QString, file);
    QFETCH(bool, isDouble);
    QFETCH(double, tolerance);
    if (!Reference(file.toStdString(), isDouble).hasRun())
        return; // TensorFlow's string models were run in float32 alone
    const QString differences = reference::differencesOf(file.toStdString(), isDouble, tolerance);
    QVERIFY2(differences.isEmpty(), qPrintable(differences));
}

void ReferencesTest::seedOneStarvesTheRecurrentWeights_data()
{
    QTest::addColumn<QString>("file");
    for (const std::string& file : filesOf("seed1"))
        QTest::addRow("%s", file.c_str()) << QString(file.c_str());
}

void ReferencesTest::seedOneStarvesTheRecurrentWeights()
{
    QFETCH(QString, file);
    DebugSession session;
    QVERIFY(session.open(reference::modelPath(file.toStdString())));
    const auto snapshot = session.snapshot();
    for (ValueId weight : snapshot->program->valuesOfKind(ValueKind::Weight)) {
        const ValueInfo& info = snapshot->program->value(weight);
        const Shape& shape = info.type.shape;
        const bool isDense =
            shape == Shape{64, 10} || shape == Shape{10} || shape == Shape{1, 1, 10};
        QVERIFY2(snapshot->states->weight(weight) == (isDense ? Flow::Live : Flow::Zero),
                 info.name.c_str());
        QVERIFY(!snapshot->states->isIncomplete(weight));
    }
    QCOMPARE(snapshot->findings->size(), size_t(1));
    const Finding& finding = snapshot->findings->front();
    QCOMPARE(finding.kind->code, std::string_view("zero-gradient"));
    QCOMPARE(snapshot->program->node(finding.node).op.type, std::string("Sign"));
    QCOMPARE(finding.weights.size(), size_t(3));
}

void ReferencesTest::withoutTheCustomGradientTanhIsDifferentiated_data()
{
    QTest::addColumn<QString>("file");
    for (const std::string& file : filesOf("seed3"))
        QTest::addRow("%s", file.c_str()) << QString(file.c_str());
}

// Finite differences along one random direction a weight, in float64: two central differences
// combined so that the error is of fourth order.
void ReferencesTest::withoutTheCustomGradientTanhIsDifferentiated()
{
    QFETCH(QString, file);
    OpenOptions options;
    options.widened = {DType::Float32};
    DebugSession session;
    QVERIFY(session.open(reference::modelPath(file.toStdString()), options));
    session.step(StepKind::Continue);
    const auto snapshot = session.snapshot();
    for (ValueId weight : snapshot->program->valuesOfKind(ValueKind::Weight)) {
        const Tensor content = snapshot->program->value(weight).content;
        std::mt19937 random(11);
        std::normal_distribution<double> normal;
        std::vector<double> direction;
        double expected = 0;
        const Tensor gradient = session.value({snapshot->cotangents.at(weight), {}}).tensor;
        for (int64_t i = 0; i < content.count(); ++i) {
            direction.push_back(normal(random));
            expected += direction.back() * gradient.number(i);
        }
        const auto lossAt = [&](double step) {
            std::vector<double> values;
            for (int64_t i = 0; i < content.count(); ++i)
                values.push_back(content.number(i) + step * direction[size_t(i)]);
            Document moved = *snapshot->document;
            Graph graph = *moved.graph;
            graph.editValue(weight).content = Tensor::of<double>(content.shape(), values);
            moved.graph = std::make_shared<const Graph>(graph);
            IdBook ids;
            LivePass pass(*buildProgram(moved, ids));
            pass.run(pass.plan().backwardStart(), false, {}, {});
            return *pass.stateAt(pass.plan().backwardStart(), StopReason::Reached).loss;
        };
        const auto slope = [&](double h) { return (lossAt(h) - lossAt(-h)) / (2 * h); };
        const double found = (4 * slope(5e-5) - slope(1e-4)) / 3;
        QVERIFY2(std::abs(found - expected) <= 1e-7 * std::max(1.0, std::abs(expected)),
                 qPrintable(QString("%1 and %2").arg(found, 0, 'g', 12).arg(expected, 0, 'g', 12)));
    }
}

void ReferencesTest::timeIsFoundWhereTheFileKeepsIt_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("timesteps"); // of the op behind the recurrence; 0: a flat graph
    for (const char* seed : {"seed1", "seed3"})
        for (const std::string& file : filesOf(seed))
            QTest::addRow("%s", file.c_str())
                << QString(file.c_str()) << (file.find("unrolled") == std::string::npos ? 12 : 0);
}

void ReferencesTest::timeIsFoundWhereTheFileKeepsIt()
{
    QFETCH(QString, file);
    QFETCH(int, timesteps);
    DebugSession session;
    QVERIFY(session.open(reference::modelPath(file.toStdString())));
    const Graph& graph = *session.snapshot()->program;
    int dense = 0, loss = 0;
    for (NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase == Phase::Backward)
            continue;
        const bool isSunk = node.region != kTopRegion;
        if (node.op.is("Sign"))
            QCOMPARE(isSunk ? graph.stepCount(node.region) : 0, int64_t(timesteps));
        dense +=
            isSunk && (node.op.is("MatMul") || node.op.is("Einsum")) && node.origin.layer != "loss";
        loss += isSunk && node.op.type == "MSE";
    }
    QCOMPARE(loss, timesteps > 0 ? 1 : 0);
    QVERIFY(timesteps == 0 || dense >= 1);
}

QTEST_APPLESS_MAIN(ReferencesTest)
#include "tst_references.moc"
