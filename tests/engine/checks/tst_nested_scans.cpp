// A Scan inside a Scan: its gradient, the gradient of that, and both written as ONNX.

#include "engine/checks/gradcheck.h"
#include "engine/exporters/training_graph.h"
#include "engine/formats/file_view.h"
#include "engine/ops/scan_builder.h"
#include "engine/session/debug_session.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <random>

using namespace backstep;

namespace {

/// h' = a recurrence over the rows of x[t] that starts at h, both with tanh(h * w + x). Results:
/// the last h and all of them.
CheckedFunction nested(Direction outerDirection, Direction innerDirection)
{
    CheckedFunction function;
    GraphBuilder top(function.graph, kTopRegion, {.name = "nested"});
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    const auto input = [&](const char* name, const Shape& shape) {
        ValueInfo info;
        info.kind = ValueKind::Input;
        info.type = {DType::Float64, shape};
        info.name = name;
        const Value value = top.declare(std::move(info));
        std::vector<double> numbers;
        for (int64_t i = 0; i < shape.count(); ++i)
            numbers.push_back(normal(random));
        function.point[value.id()] = Tensor::of<double>(shape, numbers);
        return value;
    };
    const Value x = input("x", {3, 2, 2}), w = input("w", {2}), start = input("h", {2});
    ScanBuilder outer(top, 3, outerDirection, {.name = "outer"});
    const Value h = outer.carry(start, "h"), rows = outer.stepInput(x, "x_t");
    ScanBuilder inner(outer.body(), 2, innerDirection, {.name = "inner"});
    const Value g = inner.carry(h, "g"), row = inner.stepInput(rows, "row");
    GraphBuilder& body = inner.body();
    const Value next = body.add("Tanh", {body.use(g.id()) * body.use(w.id()) + row});
    inner.setNext(g, next);
    const ScanBuilder::Results last = inner.close({next});
    const Value all = outer.body().add("ReduceSum", {last.stacked[0]}, {{"keepdims", int64_t{0}}});
    outer.setNext(h, last.finals[0]);
    const ScanBuilder::Results results = outer.close({all * outer.body().use(h.id())});
    function.graph.outputs = {{"last", results.finals[0].id()}, {"all", results.stacked[0].id()}};
    return function;
}

}

class NestedScansTest : public QObject
{
    Q_OBJECT
private slots:
    void ordersMatchDifferences_data();
    void ordersMatchDifferences();
    void surviveBeingWritten_data() { ordersMatchDifferences_data(); }
    void surviveBeingWritten();
};

void NestedScansTest::ordersMatchDifferences_data()
{
    QTest::addColumn<bool>("isOuterReverse");
    QTest::addColumn<bool>("isInnerReverse");
    QTest::newRow("forward") << false << false;
    QTest::newRow("outer reverse") << true << false;
    QTest::newRow("inner reverse") << false << true;
    QTest::newRow("both reverse") << true << true;
}

void NestedScansTest::ordersMatchDifferences()
{
    QFETCH(bool, isOuterReverse);
    QFETCH(bool, isInnerReverse);
    const CheckedFunction function =
        nested(isOuterReverse ? Direction::Reverse : Direction::Forward,
               isInnerReverse ? Direction::Reverse : Direction::Forward);
    const auto first = Probe::make(function);
    QVERIFY2(first, first ? "" : first.error().text().c_str());
    QVERIFY(gradcheck(**first).verdict == GradcheckVerdict::Exact);
    const Result<double> transposed = transposeError(function);
    QVERIFY2(transposed, transposed ? "" : transposed.error().text().c_str());
    QVERIFY(*transposed <= 1e-12);
    Result<CheckedFunction> gradient = gradientFunction(function);
    QVERIFY(gradient);
    const auto second = Probe::make(std::move(*gradient));
    QVERIFY2(second, second ? "" : second.error().text().c_str());
    QVERIFY(gradcheck(**second).verdict == GradcheckVerdict::Exact);
}

// Written as ONNX and opened again, the backward pass gives the same gradients.
void NestedScansTest::surviveBeingWritten()
{
    QFETCH(bool, isOuterReverse);
    QFETCH(bool, isInnerReverse);
    CheckedFunction function = nested(isOuterReverse ? Direction::Reverse : Direction::Forward,
                                      isInnerReverse ? Direction::Reverse : Direction::Forward);
    const auto probe = Probe::make(function);
    QVERIFY(probe);
    const std::vector<double> wanted =
        (*probe)->pullback(std::vector<double>((*probe)->outputs().size(), 1));

    Result<WeighedGradient> gradient = withGradient(function);
    QVERIFY(gradient);
    Graph& graph = gradient->whole.graph;
    OpenOptions options;
    options.widened = {DType::Float32};
    for (const auto& [input, tensor] : function.point)
        options.inputs.given[graph.value(input).name] = tensor;
    for (size_t i = 0; i < gradient->weights.size(); ++i) {
        ValueInfo& weight = graph.editValue(gradient->weights[i]);
        weight.name = "w" + std::to_string(i);
        options.inputs.given[weight.name] = Tensor::of<double>(
            weight.type.shape, std::vector<double>(size_t(weight.type.shape.count()), 1));
    }
    options.inputs.given["dloss"] = Tensor::scalar(1, DType::Float64);
    for (const ValueId input : gradient->inputs)
        graph.outputs.push_back(
            {"d" + graph.value(input).name, gradient->whole.cotangents.at(input)});
    const Result<std::string> bytes =
        trainingGraphAsOnnx({graph, gradient->whole.cotangents, ConversionReport()});
    QVERIFY2(bytes, bytes ? "" : bytes.error().text().c_str());
    QTemporaryDir folder;
    const std::string path = folder.filePath("nested.onnx").toStdString();
    QVERIFY(writeFile(path, *bytes));
    DebugSession session;
    const Result<void> opened = session.open(path, options);
    QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
    session.setStopsAtBreaks(false);
    session.step(StepKind::Continue);
    std::vector<double> found;
    for (const ValueId input : gradient->inputs)
        for (const GraphOutput& output : session.snapshot()->program->outputs)
            if (output.name == "d" + graph.value(input).name) {
                const Tensor tensor = session.value({output.value, {}}).tensor;
                for (int64_t i = 0; i < tensor.count(); ++i)
                    found.push_back(tensor.number(i));
            }
    QCOMPARE(found.size(), wanted.size());
    for (size_t i = 0; i < found.size(); ++i)
        QVERIFY2(std::abs(found[i] - wanted[i]) <= 1e-12 * std::max(1.0, std::abs(wanted[i])),
                 qPrintable(QString("%1: %2 and %3").arg(i).arg(found[i]).arg(wanted[i])));
}

QTEST_APPLESS_MAIN(NestedScansTest)
#include "tst_nested_scans.moc"
