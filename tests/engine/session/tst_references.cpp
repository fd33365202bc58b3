// Loss and gradients of real exported models against what TensorFlow, PyTorch and JAX computed.

#include "engine/session/debug_session.h"
#include "engine/session/live_pass.h"
#include "engine/session/program.h"
#include "tests/engine/session/reference_files.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace backstep;
using reference::File;
using reference::Reference;

namespace {

/// The largest difference relative to the array's largest element; an all-zero array must be met
/// exactly.
double relativeError(const Tensor& actual, const std::vector<double>& expected)
{
    double largest = 0, difference = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
        largest = std::max(largest, std::abs(expected[i]));
        const double d = std::abs(actual.number(static_cast<int64_t>(i)) - expected[i]);
        difference = std::isnan(d) ? INFINITY : std::max(difference, d);
    }
    if (largest == 0)
        return difference == 0 ? 0 : INFINITY;
    return difference / largest;
}

std::string pathOf(const File& file)
{
    return std::string(BACKSTEP_TEST_DATA) + "/models/" + file.name;
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
    QTest::addColumn<int>("file");
    QTest::addColumn<bool>("isDouble");
    QTest::addColumn<double>("tolerance"); // relative to the array's largest element
    for (size_t i = 0; i < reference::files().size(); ++i) {
        const File& file = reference::files()[i];
        // Exporters drop custom gradients; the two differ by 1e-4 to 1e-3 only, so float64 judges.
        if (!file.hasCustomGradient)
            QTest::addRow("%s, float32", file.name) << int(i) << false << 1e-4;
        QTest::addRow("%s, float64", file.name) << int(i) << true << 1e-9;
    }
}

void ReferencesTest::lossAndGradientsMatch()
{
    QFETCH(int, file);
    QFETCH(bool, isDouble);
    QFETCH(double, tolerance);
    const File& model = reference::files()[size_t(file)];
    const Reference expected(model, isDouble);
    OpenOptions options;
    options.dtype = isDouble ? DType::Float64 : DType::Float32;
    options.inputs.given = {{"x", expected.input()}, {"target", expected.target()}};
    DebugSession session;
    const Result<void> opened = session.open(pathOf(model), options);
    QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
    if (model.hasCustomGradient) {
        // The last Tanh of the file is the one behind the recurrence.
        std::string name;
        const Graph& graph = *session.snapshot()->document->graph;
        for (NodeId id : graph.nodeIds())
            if (graph.node(id).op.is("Tanh"))
                name = graph.node(id).origin.name;
        for (NodeId id : graph.nodeIds()) {
            const std::string& each = graph.node(id).origin.name;
            if (graph.node(id).op.is("Tanh") && (each.find("mid") != std::string::npos ||
                                                 each == "node_Tanh_2" || each == "node_tanh"))
                name = each;
        }
        const Result<void> attached = session.attach(
            {{GradientTarget::Scope::Node, name}, "dy * tf.math.exp(-x**2)", "reference"});
        QVERIFY2(attached, attached ? "" : attached.error().text().c_str());
    }
    session.setStopsAtBreaks(false);
    const PassState state = session.step(StepKind::Continue);
    QVERIFY2(state.reason == StopReason::End, state.message.c_str());
    QVERIFY(state.loss.has_value());
    const double loss = expected.loss();
    QVERIFY2(
        std::abs(*state.loss - loss) <= tolerance * std::abs(loss),
        qPrintable(
            QString("loss %1, expected %2").arg(*state.loss, 0, 'g', 12).arg(loss, 0, 'g', 12)));

    const auto snapshot = session.snapshot();
    const auto gradientOf = [&](ValueId value) {
        const auto cotangent = snapshot->cotangents.find(value);
        return cotangent == snapshot->cotangents.end()
                   ? Tensor()
                   : session.value({cotangent->second, {}}).tensor;
    };
    const std::vector<ValueId> weights = snapshot->program->valuesOfKind(ValueKind::Weight);
    QCOMPARE(weights.size(), size_t(5));
    for (ValueId weight : weights) {
        const ValueInfo& info = snapshot->program->value(weight);
        const std::vector<double> wanted = expected.weightGradient(info.type.shape);
        const Tensor gradient = gradientOf(weight);
        QVERIFY2(!wanted.empty(), info.name.c_str());
        QVERIFY2(!gradient.isNull(), info.name.c_str());
        QCOMPARE(size_t(gradient.count()), wanted.size());
        const double error = relativeError(gradient, wanted);
        QVERIFY2(error <= tolerance,
                 qPrintable(QString("%1: %2").arg(info.name.c_str()).arg(error)));
    }
    const ValueId x = snapshot->program->valuesOfKind(ValueKind::Input).front();
    const double error = relativeError(gradientOf(x), expected.inputGradient());
    QVERIFY2(error <= tolerance, qPrintable(QString("input: %1").arg(error)));
}

void ReferencesTest::seedOneStarvesTheRecurrentWeights_data()
{
    QTest::addColumn<QString>("file");
    for (const File& file : reference::files())
        if (!file.hasCustomGradient)
            QTest::addRow("%s", file.name) << QString(file.name);
}

void ReferencesTest::seedOneStarvesTheRecurrentWeights()
{
    QFETCH(QString, file);
    DebugSession session;
    QVERIFY(session.open(std::string(BACKSTEP_TEST_DATA) + "/models/" + file.toStdString()));
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
    for (const File& file : reference::files())
        if (file.hasCustomGradient)
            QTest::addRow("%s", file.name) << QString(file.name);
}

// Finite differences along one random direction a weight, in float64: two central differences
// combined so that the error is of fourth order.
void ReferencesTest::withoutTheCustomGradientTanhIsDifferentiated()
{
    QFETCH(QString, file);
    OpenOptions options;
    options.dtype = DType::Float64;
    DebugSession session;
    QVERIFY(
        session.open(std::string(BACKSTEP_TEST_DATA) + "/models/" + file.toStdString(), options));
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
    for (const File& file : reference::files())
        QTest::addRow("%s", file.name)
            << QString(file.name)
            << (std::string_view(file.name).find("unrolled") == std::string_view::npos ? 12 : 0);
}

void ReferencesTest::timeIsFoundWhereTheFileKeepsIt()
{
    QFETCH(QString, file);
    QFETCH(int, timesteps);
    DebugSession session;
    QVERIFY(session.open(std::string(BACKSTEP_TEST_DATA) + "/models/" + file.toStdString()));
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
