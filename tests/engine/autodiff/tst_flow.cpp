// What arrives at weights past failures: statuses and incompleteness (SEMANTICS R1 to R3).

#include "engine/autodiff/differentiate.h"
#include "engine/ops/scan_builder.h"

#include <QTest>

using namespace backstep;

namespace {

/// y = w x behind the op `kind`, with or without a path around it; loss = sum of all.
struct Small {
    Graph graph;
    ValueId weight = kNoValue;
    NodeId op = kNoNode;
};

NodeId addForeign(GraphBuilder& b, const Value& in, Value& out, bool isUnknown)
{
    ValueInfo info;
    info.type = in.type();
    out = b.declare(info);
    Node node;
    node.op = {isUnknown ? "Frobnicate" : "Tanh"};
    node.inputs = {in.id()};
    node.outputs = {out.id()};
    node.origin.name = "op";
    node.problem = std::make_shared<const NodeProblem>(NodeProblem{
        isUnknown ? NodeProblem::UnknownOp : NodeProblem::Dtype, "cannot be computed", ""});
    return b.addNode(std::move(node));
}

Small build(const QString& kind, bool hasWayAround)
{
    Small small;
    GraphBuilder b(small.graph, kTopRegion, {.name = "op"});
    ValueInfo weight;
    weight.kind = ValueKind::Weight;
    weight.type = {DType::Float64, {3}};
    weight.content = Tensor::of<double>({3}, {0.5, -1, 2});
    const Value w = b.declare(weight);
    small.weight = w.id();
    const Value h = w * 2.0;
    Value out;
    if (kind == "unknown" || kind == "refused") {
        small.op = addForeign(b, h, out, kind == "unknown");
    } else if (kind == "integer cast") {
        const Value whole = b.add("Cast", {h}, {{"to", int64_t(DType::Int64)}});
        small.op = small.graph.value(whole.id()).producer;
        out = b.add("Cast", {whole}, {{"to", int64_t(DType::Float64)}});
    } else {
        out = b.add(kind.toStdString(), {h});
        small.op = small.graph.value(out.id()).producer;
    }
    if (hasWayAround)
        out = out + h;
    small.graph.loss = b.add("ReduceSum", {out}, {{"keepdims", int64_t(0)}}).id();
    return small;
}

}

class FlowTest : public QObject
{
    Q_OBJECT
private slots:
    void tellsStatusesApart_data();
    void tellsStatusesApart();
    void buildsNothingForWhatIsUnknown();
    void goesPastOneFailureToTheNext();
    void givesTheSameIdsTwice();
};

void FlowTest::tellsStatusesApart_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<bool>("hasWayAround");
    QTest::addColumn<int>("flow");
    QTest::addColumn<bool>("isIncomplete");
    QTest::addColumn<int>("cutCount"); // ops in cut_by
    const auto row = [](const char* name, const char* kind, bool around, Flow flow, bool incomplete,
                        int cuts) {
        QTest::newRow(name) << QString(kind) << around << int(flow) << incomplete << cuts;
    };
    row("a rule", "Tanh", false, Flow::Live, false, 0);
    row("zero everywhere", "Sign", false, Flow::Zero, false, 1);
    row("zero everywhere, with a way around", "Sign", true, Flow::Live, false, 0);
    row("unknown op", "unknown", false, Flow::Blocked, false, 1);
    row("unknown op, with a way around", "unknown", true, Flow::Live, true, 1);
    row("refused inputs", "refused", false, Flow::Blocked, false, 1);
    row("refused inputs, with a way around", "refused", true, Flow::Live, true, 1);
    row("integer cast", "integer cast", false, Flow::None, false, 1);
    row("integer cast, with a way around", "integer cast", true, Flow::Live, false, 0);
}

void FlowTest::tellsStatusesApart()
{
    QFETCH(QString, kind);
    QFETCH(bool, hasWayAround);
    const Small small = build(kind, hasWayAround);
    const std::vector<ValueId> targets{small.weight};
    const FlowAnalysis flow = analyseFlow(small.graph, small.graph.loss, targets, {});
    const Arrival& arrival = flow.report.targets.at(small.weight);
    QTEST(int(arrival.flow), "flow");
    QTEST(arrival.isIncomplete, "isIncomplete");
    QTEST(int(arrival.cutBy.size()), "cutCount");
    if (!arrival.cutBy.empty())
        QCOMPARE(*arrival.cutBy.begin(), small.op);
}

void FlowTest::buildsNothingForWhatIsUnknown()
{
    const Small small = build("unknown", false);
    const std::vector<ValueId> targets{small.weight};
    const FlowAnalysis flow = analyseFlow(small.graph, small.graph.loss, targets, {});
    IdBook book;
    const auto whole = differentiate(small.graph, small.graph.loss, targets, flow, {}, book);
    QVERIFY(whole);
    QVERIFY(!whole->cotangents.contains(small.weight));
    int breaks = 0; // the pass can stop at the op
    for (NodeId id : whole->graph.nodeIds())
        breaks += whole->graph.node(id).breakKind() == BreakKind::GradientBreak;
    QCOMPARE(breaks, 1);
}

void FlowTest::goesPastOneFailureToTheNext()
{
    Graph graph;
    GraphBuilder b(graph, kTopRegion, {.name = "op"});
    ValueInfo weight;
    weight.kind = ValueKind::Weight;
    weight.type = {DType::Float64, {2}};
    weight.content = Tensor::of<double>({2}, {1, 2});
    const Value w = b.declare(weight);
    Value unknown;
    const NodeId first = addForeign(b, b.add("Sign", {w}), unknown, true);
    const Value last = b.add("Sign", {unknown});
    graph.loss = b.add("ReduceSum", {last}, {{"keepdims", int64_t(0)}}).id();
    const std::vector<ValueId> targets{w.id()};
    const FlowAnalysis flow = analyseFlow(graph, graph.loss, targets, {});
    QCOMPARE(flow.report.opsIn(GradientState::ZeroEverywhere).size(), size_t(2));
    QCOMPARE(flow.report.opsIn(GradientState::UnknownOp), std::vector<NodeId>{first});
    // The op with no rule turns the zero behind it into an unknown number; the Sign before it makes
    // that zero again (R1, R2).
    QCOMPARE(int(flow.report.targets.at(w.id()).flow), int(Flow::Zero));
    QCOMPARE(flow.report.targets.at(w.id()).cutBy.size(), size_t(3));
}

void FlowTest::givesTheSameIdsTwice()
{
    const Small small = build("Tanh", true);
    const std::vector<ValueId> targets{small.weight};
    const FlowAnalysis flow = analyseFlow(small.graph, small.graph.loss, targets, {});
    IdBook book;
    const auto first = differentiate(small.graph, small.graph.loss, targets, flow, {}, book);
    const auto second = differentiate(small.graph, small.graph.loss, targets, flow, {}, book);
    QVERIFY(first && second);
    QCOMPARE(first->graph.nodeIds(), second->graph.nodeIds());
    QVERIFY(first->cotangents == second->cotangents);
}

QTEST_APPLESS_MAIN(FlowTest)
#include "tst_flow.moc"
