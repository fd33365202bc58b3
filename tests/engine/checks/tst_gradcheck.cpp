// Gradients of all differentiable operators against differences of their own forward pass.

#include "engine/checks/gradcheck.h"
#include "engine/ops/graph_builder.h"
#include "tests/engine/checks/gradcheck_tally.h"

#include <QTest>

#include <cmath>

using namespace backstep;
using namespace backstep::opcases;

namespace {

constexpr int kShapes = 20, kSeeds = 5;

/// A gradient through a rule or a body, from a floating input to a floating result.
bool isDifferentiable(const OpDef& def)
{
    const auto isFloatingPort = [](const Port& port) {
        return (port.accepts.bits & floating.bits) != 0;
    };
    return (def.gradient.function() || def.expand) &&
           std::any_of(def.inputs.begin(), def.inputs.end(), isFloatingPort) &&
           std::any_of(def.outputs.begin(), def.outputs.end(), isFloatingPort);
}

/// "[2,1,2]" for every shape up to rank 4 whose axes have 1 or 2 elements.
std::vector<std::string> smallShapes()
{
    std::vector<std::string> shapes;
    for (int rank = 0; rank <= 4; ++rank)
        for (int bits = 0; bits < 1 << rank; ++bits) {
            std::string shape;
            for (int axis = 0; axis < rank; ++axis)
                shape += (axis ? "," : "") + std::to_string((bits >> axis & 1) + 1);
            shapes.push_back("[" + shape + "]");
        }
    return shapes;
}

bool isElementwise(const Case& each)
{
    const OpDef* def = operators().find(each.op);
    return def && def->overTime == OverTime::Elementwise;
}

}

class GradcheckTest : public QObject
{
    Q_OBJECT
private slots:
    void everyDifferentiableOpHasARow();
    void gradientsMatchDifferences_data();
    void gradientsMatchDifferences();
    void everyBroadcastIsUndone_data();
    void everyBroadcastIsUndone();
    void whatIsNotFiniteStaysInItsElement();
    void bodiesComputeTheSame();
    void cleanupTestCase();

private:
    Tally m_all;
};

void GradcheckTest::everyDifferentiableOpHasARow()
{
    QStringList missing;
    for (const OpDef* def : operators().all()) {
        if (!isDifferentiable(*def) || table().excused.contains(def->name))
            continue;
        int cases = 0;
        for (const Row& row : table().rows)
            if (row.op == def->name && row.domain == def->domain)
                cases += int(casesOf(row).size());
        if (cases < kShapes)
            missing += QString("%1: %2 cases").arg(def->name.c_str()).arg(cases);
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join("; ")));
}

void GradcheckTest::gradientsMatchDifferences_data()
{
    addOpRows();
}

void GradcheckTest::gradientsMatchDifferences()
{
    QFETCH(QString, op);
    Tally tally;
    for (const Row& row : table().rows)
        if (row.op == op.toStdString())
            for (const Case& each : casesOf(row))
                for (uint32_t seed = 0; seed < kSeeds; ++seed)
                    tally.check(each, kVariants[seed], seed);
    qInfo("%s", qPrintable(tally.text()));
    QVERIFY2(tally.failures.isEmpty(), qPrintable(tally.failures.mid(0, 12).join("\n")));
    // What is mostly not decided is not tested.
    QVERIFY(tally.exact * 2 > tally.checks - tally.empty);
    m_all.add(tally);
}

void GradcheckTest::everyBroadcastIsUndone_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QString>("inputs"); // %1 and %2: the two shapes
    QTest::newRow("Add") << "Add"
                         << "%1 %2";
    QTest::newRow("Sub") << "Sub"
                         << "%1 %2";
    QTest::newRow("Mul") << "Mul"
                         << "%1 %2";
    QTest::newRow("Div") << "Div"
                         << "%1 %2n";
    QTest::newRow("Pow") << "Pow"
                         << "%1+ %2";
    QTest::newRow("Mod") << "Mod | fmod=1"
                         << "%1 %2!";
    QTest::newRow("Max") << "Max"
                         << "%1 %2";
    QTest::newRow("Min") << "Min"
                         << "%1 %2";
    QTest::newRow("Mean") << "Mean"
                          << "%1 %2";
    QTest::newRow("Sum") << "Sum"
                         << "%1 %2";
    QTest::newRow("SwiGLU") << "SwiGLU"
                            << "%1 %2";
    QTest::newRow("Where") << "Where"
                           << "b[2,1] %1 %2";
    QTest::newRow("Where, condition") << "Where"
                                      << "b%1 %2 [2]";
}

void GradcheckTest::everyBroadcastIsUndone()
{
    QFETCH(QString, op);
    QFETCH(QString, inputs);
    Tally tally;
    const QStringList parts = op.split(" | ");
    for (const std::string& a : smallShapes())
        for (const std::string& b : smallShapes()) {
            const Row row{parts[0].toStdString(), "", 1, parts.value(1).toStdString(),
                          inputs.arg(a.c_str(), b.c_str()).toStdString()};
            for (const Case& each : casesOf(row))
                tally.check(each, Variant::Plain, 0);
        }
    qInfo("%s", qPrintable(tally.text()));
    QVERIFY2(tally.failures.isEmpty(), qPrintable(tally.failures.mid(0, 12).join("\n")));
    m_all.add(tally);
}

void GradcheckTest::whatIsNotFiniteStaysInItsElement()
{
    QStringList spread;
    int checks = 0;
    for (const Row& row : table().rows)
        for (const Case& each : casesOf(row)) {
            const bool isPlain =
                each.inputs.front().starts_with("[2,3]") || each.inputs.front().starts_with("[5]");
            if (!isElementwise(each) || !isPlain)
                continue;
            Result<CheckedFunction> function = functionOf(each, Variant::Plain, 5);
            QVERIFY(function);
            std::map<ValueId, Tensor> point = function->point;
            const Result<std::unique_ptr<Probe>> probe = Probe::make(std::move(*function));
            QVERIFY(probe);
            const std::vector<Element>& inputs = (*probe)->inputs();
            const size_t count = (*probe)->outputs().size();
            if (inputs.size() % count != 0)
                continue; // a broadcast: an element belongs to several results
            const std::vector<double> ones(count, 1), clean = (*probe)->pullback(ones);
            for (const double odd : {std::nan(""), double(INFINITY), -double(INFINITY)}) {
                std::map<ValueId, Tensor> moved = point;
                Tensor& first = moved.at(inputs.front().value);
                first = Tensor::copyOf(first.view());
                first.mutableData<double>()[1] = odd;
                (*probe)->moveTo(moved);
                const std::vector<double> gradient = (*probe)->pullback(ones);
                ++checks;
                for (size_t i = 0; i < inputs.size(); ++i)
                    if (inputs[i].index != 1 && gradient[i] != clean[i])
                        spread += QString("%1, %2: element %3")
                                      .arg(each.text.c_str())
                                      .arg(odd)
                                      .arg(inputs[i].index);
            }
        }
    qInfo("%d checks", checks);
    QVERIFY(checks > 100);
    QVERIFY2(spread.isEmpty(), qPrintable(spread.mid(0, 12).join("\n")));
}

// What a helper op opens to, and is written to ONNX as, gives what its kernel gives.
void GradcheckTest::bodiesComputeTheSame()
{
    QStringList different;
    int checks = 0;
    for (const Row& row : table().rows)
        for (const Case& each : casesOf(row)) {
            const OpDef* def = operators().find(each.op);
            if (!def->body)
                continue;
            Result<CheckedFunction> function = functionOf(each, Variant::Plain, 7);
            QVERIFY(function);
            Graph& graph = function->graph;
            const Node node = graph.node(graph.value(graph.outputs[0].value).producer);
            GraphBuilder builder(graph, kTopRegion, {.name = "body"});
            std::vector<Value> inputs;
            for (const ValueId input : node.inputs)
                inputs.push_back(builder.use(input));
            const std::vector<Value> opened = def->body(builder, node, inputs);
            QVERIFY(opened.size() == 1 && !builder.error());
            graph.outputs.push_back({"opened", opened[0].id()});
            const Result<std::unique_ptr<Probe>> probe = Probe::make(std::move(*function));
            QVERIFY2(probe, each.text.c_str());
            if ((*probe)->inputs().empty())
                continue;
            const std::vector<double> values = (*probe)->sample(size_t{0}, 0).values;
            const size_t count = values.size() / 2;
            ++checks;
            for (size_t i = 0; i < count; ++i)
                if (std::abs(values[i] - values[count + i]) > 1e-14 * (1 + std::abs(values[i])))
                    different += QString("%1: %2 and %3")
                                     .arg(each.text.c_str())
                                     .arg(values[i])
                                     .arg(values[count + i]);
        }
    QVERIFY(checks > 100);
    QVERIFY2(different.isEmpty(), qPrintable(different.mid(0, 12).join("\n")));
}

void GradcheckTest::cleanupTestCase()
{
    qInfo("in all %s", qPrintable(m_all.text()));
    if (m_all.checks > 0 && !QTest::currentTestFailed())
        QVERIFY(m_all.exact > 10000);
}

QTEST_APPLESS_MAIN(GradcheckTest)
#include "tst_gradcheck.moc"
