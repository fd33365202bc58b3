// Padding reaches no gradient (SEMANTICS R9): NaN in every padded element of the sequence changes
// no bit of any gradient, for each recurrent layer in each direction.

#include "engine/autodiff/differentiate.h"
#include "engine/execution/executor.h"
#include "engine/passes/passes.h"
#include "engine/passes/place_node.h"

#include <QTest>

#include <cmath>
#include <cstring>

using namespace backstep;

namespace {

constexpr int64_t kSteps = 5, kBatch = 3, kFeatures = 2, kHidden = 4;
const std::vector<int32_t> kLengths{2, 5, 3};

std::vector<float> numbers(int64_t count, double start)
{
    std::vector<float> all;
    for (int64_t i = 0; i < count; ++i)
        all.push_back(static_cast<float>(0.7 * std::sin(start + 1.3 * static_cast<double>(i))));
    return all;
}

/// [T, B, features], with `padding` wherever a sample has ended.
Tensor sequence(double padding)
{
    std::vector<float> all = numbers(kSteps * kBatch * kFeatures, 1);
    for (int64_t t = 0; t < kSteps; ++t)
        for (int64_t b = 0; b < kBatch; ++b)
            for (int64_t i = 0; i < kFeatures && t >= kLengths[static_cast<size_t>(b)]; ++i)
                all[static_cast<size_t>((t * kBatch + b) * kFeatures + i)] =
                    static_cast<float>(padding);
    return Tensor::of<float>({kSteps, kBatch, kFeatures}, all);
}

struct Layer {
    Graph graph;
    ValueId x = kNoValue;
    std::vector<ValueId> targets; ///< x, W, R, B
};

/// The loss weighs every element of Y, padded ones too.
Layer layerOf(const std::string& cell, const std::string& direction)
{
    const int64_t gates = cell == "LSTM" ? 4 : cell == "GRU" ? 3 : 1;
    const int64_t directions = direction == "bidirectional" ? 2 : 1;
    Layer layer;
    GraphBuilder b(layer.graph, kTopRegion, {.name = "layer"});
    const auto declare = [&](const char* name, ValueKind kind, const Shape& shape) {
        ValueInfo info;
        info.kind = kind;
        info.type = {DType::Float32, shape};
        info.name = name;
        if (kind == ValueKind::Weight)
            info.content = Tensor::of<float>(shape, numbers(shape.count(), name[0]));
        const Value value = b.declare(std::move(info));
        layer.targets.push_back(value.id());
        return value;
    };
    NodeRequest request;
    request.op = {cell};
    request.attributes.set("hidden_size", kHidden);
    request.attributes.set("direction", direction);
    request.inputs = {
        declare("x", ValueKind::Input, {kSteps, kBatch, kFeatures}),
        declare("W", ValueKind::Weight, {directions, gates * kHidden, kFeatures}),
        declare("R", ValueKind::Weight, {directions, gates * kHidden, kHidden}),
        declare("B", ValueKind::Weight, {directions, 2 * gates * kHidden}),
        b.constant(Tensor::of<int32_t>({kBatch}, kLengths)),
    };
    layer.x = layer.targets.front();
    request.outputs = {"Y"};
    request.origin.name = "layer";
    const Value y = placeNode(b, request).at(0);
    const Value weighed =
        b.add("Mul", {y, b.constant(Tensor::of<float>(y.shape(), numbers(y.shape().count(), 2)))});
    layer.graph.loss = b.add("ReduceSum", {weighed}, {{"keepdims", int64_t{0}}}).id();
    return layer;
}

/// Of every target in turn, for one sequence.
std::vector<Tensor> gradients(const Differentiated& whole, const Layer& layer, const Tensor& x)
{
    const auto graph = std::make_shared<const Graph>(whole.graph);
    Result<Recording> recording =
        Recording::make(std::make_shared<const Plan>(graph), {{layer.x, x}});
    Executor executor(std::move(*recording));
    const Position end = executor.plan().size();
    std::vector<Tensor> all;
    if (executor.run(end).reason == Stop::Reached)
        for (ValueId target : layer.targets)
            all.push_back(*executor.value({whole.cotangents.at(target), {}}, end));
    return all;
}

bool areSameBits(const Tensor& a, const Tensor& b)
{
    return a.type() == b.type() && std::memcmp(a.view().data, b.view().data,
                                               static_cast<size_t>(a.count()) * sizeof(float)) == 0;
}

}

class PaddingTest : public QObject
{
    Q_OBJECT
private slots:
    void nanInPaddingChangesNoBit_data();
    void nanInPaddingChangesNoBit();
};

void PaddingTest::nanInPaddingChangesNoBit_data()
{
    QTest::addColumn<QString>("cell");
    QTest::addColumn<QString>("direction");
    for (const char* cell : {"RNN", "GRU", "LSTM"})
        for (const char* direction : {"forward", "reverse", "bidirectional"})
            QTest::addRow("%s, %s", cell, direction) << cell << direction;
}

void PaddingTest::nanInPaddingChangesNoBit()
{
    QFETCH(QString, cell);
    QFETCH(QString, direction);
    Layer layer = layerOf(cell.toStdString(), direction.toStdString());
    QVERIFY(runImportPasses(layer.graph));
    const GradientTable table;
    IdBook ids;
    const FlowAnalysis flow = analyseFlow(layer.graph, layer.graph.loss, layer.targets, table);
    const Result<Differentiated> whole =
        differentiate(layer.graph, layer.graph.loss, layer.targets, flow, table, ids);
    QVERIFY(whole);
    const std::vector<Tensor> wanted = gradients(*whole, layer, sequence(0.25)),
                              found = gradients(*whole, layer, sequence(std::nan("")));
    QCOMPARE(wanted.size(), layer.targets.size());
    QCOMPARE(found.size(), layer.targets.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
        double sum = 0;
        for (int64_t j = 0; j < wanted[i].count(); ++j)
            sum += std::abs(wanted[i].number(j));
        QVERIFY(std::isfinite(sum) && sum > 0.01);
        QVERIFY2(areSameBits(wanted[i], found[i]),
                 layer.graph.value(layer.targets[i]).name.c_str());
    }
}

QTEST_APPLESS_MAIN(PaddingTest)
#include "tst_padding.moc"
