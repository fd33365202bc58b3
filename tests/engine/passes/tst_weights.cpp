// Which operands of recurrent layers are weights (SEMANTICS R6), whatever their size: every operand
// of the layer in the ONNX operators RNN, GRU and LSTM but initial states and peepholes of zeros.

#include "engine/passes/passes.h"
#include "engine/passes/place_node.h"

#include <QTest>

using namespace backstep;

class TestWeights : public QObject
{
    Q_OBJECT
private slots:
    void operandsOfALayerAreWeights_data();
    void operandsOfALayerAreWeights();
};

void TestWeights::operandsOfALayerAreWeights_data()
{
    QTest::addColumn<QString>("layer");
    QTest::addColumn<int>("units");
    QTest::addColumn<double>("content"); // of every element
    QTest::addColumn<QString>("weights");
    for (int units : {1, 2})
        for (const char* layer : {"RNN", "GRU", "LSTM"}) {
            const bool hasCell = layer == QLatin1String("LSTM");
            QTest::addRow("%s, %d units", layer, units)
                << layer << units << 0.5 << (hasCell ? "W R B h c P" : "W R B h");
            QTest::addRow("%s, %d units, zeros", layer, units) << layer << units << 0.0 << "W R B";
        }
}

void TestWeights::operandsOfALayerAreWeights()
{
    QFETCH(QString, layer);
    QFETCH(int, units);
    QFETCH(double, content);
    QFETCH(QString, weights);
    const int64_t T = 5, B = 2, I = 3, H = units;
    const int64_t gates = layer == "LSTM" ? 4 : layer == "GRU" ? 3 : 1;
    Graph graph;
    GraphBuilder b(graph, kTopRegion, {.name = "layer"});
    std::vector<ValueId> operands;
    const auto declare = [&](const char* name, ValueKind kind, const Shape& shape) {
        ValueInfo info;
        info.kind = kind;
        info.type = {DType::Float32, shape};
        info.name = name;
        if (kind == ValueKind::Weight)
            info.content =
                Tensor::of<float>(shape, std::vector<float>(static_cast<size_t>(shape.count()),
                                                            static_cast<float>(content)));
        const Value value = b.declare(std::move(info));
        operands.push_back(value.id());
        return value;
    };
    NodeRequest request;
    request.op = {layer.toStdString()};
    request.attributes.set("hidden_size", H);
    request.inputs = {declare("x", ValueKind::Input, {T, B, I}),
                      declare("W", ValueKind::Weight, {1, gates * H, I}),
                      declare("R", ValueKind::Weight, {1, gates * H, H}),
                      declare("B", ValueKind::Weight, {1, 2 * gates * H}),
                      Value(),
                      declare("h", ValueKind::Weight, {1, B, H})};
    if (gates == 4) {
        request.inputs.push_back(declare("c", ValueKind::Weight, {1, B, H}));
        request.inputs.push_back(declare("P", ValueKind::Weight, {1, 3 * H}));
    }
    request.outputs = {"Y"};
    request.origin.name = "layer";
    graph.outputs.push_back({"Y", placeNode(b, request).at(0).id()});
    QVERIFY(!b.error());
    QVERIFY(runImportPasses(graph));
    QStringList found;
    for (ValueId id : operands)
        if (graph.has(id) && graph.value(id).kind == ValueKind::Weight)
            found << graph.value(id).name.c_str();
    QCOMPARE(found.join(' '), weights);
}

QTEST_APPLESS_MAIN(TestWeights)
#include "tst_weights.moc"
