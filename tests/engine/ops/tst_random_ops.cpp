// Random ops inside a recurrence (SEMANTICS R12b): a draw belongs to its timestep.

#include "engine/autodiff/differentiate.h"
#include "engine/execution/executor.h"
#include "engine/passes/place_node.h"
#include "engine/ops/scan_builder.h"

#include <QTest>

using namespace backstep;

namespace {

constexpr int64_t T = 6, B = 2, D = 8;

/// Dropout of ratio 0.5 at each timestep of x (all ones), and the gradient of the sum of it.
struct Program {
    std::shared_ptr<const Plan> plan;
    ValueId y = kNoValue, dx = kNoValue;
};

Program dropoutInScan(Direction direction)
{
    Graph graph;
    GraphBuilder b(graph, kTopRegion, {.name = "test"});
    ValueInfo info;
    info.kind = ValueKind::Weight;
    info.type = {DType::Float64, {T, B, D}};
    info.content = Tensor::of<double>({T, B, D}, std::vector<double>(T * B * D, 1.0));
    const Value x = b.declare(info);
    ScanBuilder scan(b, T, direction, {.name = "scan"});
    const Value step = scan.stepInput(x);
    Tensor yes(TensorType{DType::Bool, {}});
    *yes.mutableData<bool>() = true;
    NodeRequest request;
    request.op = {"Dropout"};
    request.inputs = {step, scan.body().constant(Tensor::scalar(0.5, DType::Float64)),
                      scan.body().constant(yes)};
    request.outputs = {"dropped"};
    request.origin.name = "dropout";
    const Value dropped = placeNode(scan.body(), request).at(0);
    const Value y = scan.close({dropped}).stacked.at(0);
    graph.loss = b.add("ReduceSum", {y}, {{"keepdims", int64_t(0)}}).id();
    const std::vector<ValueId> targets{x.id()};
    IdBook book;
    auto whole = differentiate(graph, graph.loss, targets,
                               analyseFlow(graph, graph.loss, targets, {}), {}, book);
    Program program{nullptr, y.id(), whole->cotangents.at(x.id())};
    program.plan = std::make_shared<const Plan>(std::make_shared<const Graph>(whole->graph));
    return program;
}

/// The elements of one timestep.
std::vector<double> at(const Tensor& sequence, int64_t t)
{
    std::vector<double> all;
    for (int64_t i = 0; i < B * D; ++i)
        all.push_back(sequence.number(t * B * D + i));
    return all;
}

}

class RandomOpsTest : public QObject
{
    Q_OBJECT
private slots:
    void eachTimestepDrawsAnew_data();
    void eachTimestepDrawsAnew();
};

void RandomOpsTest::eachTimestepDrawsAnew_data()
{
    QTest::addColumn<int>("direction");
    QTest::newRow("forward") << int(Direction::Forward);
    QTest::newRow("reverse") << int(Direction::Reverse);
}

void RandomOpsTest::eachTimestepDrawsAnew()
{
    QFETCH(int, direction);
    const Program program = dropoutInScan(static_cast<Direction>(direction));
    std::vector<Tensor> ys;
    for (int run = 0; run < 2; ++run) {
        Executor executor(*Recording::make(program.plan, {}));
        QCOMPARE(executor.run(program.plan->size()).reason, Stop::Reached);
        const Tensor y = *executor.value({program.y, {}}, program.plan->size());
        const Tensor dx = *executor.value({program.dx, {}}, program.plan->size());
        QVERIFY(y.sameElements(dx)); // d(x m / (1 - r)) / dx = m / (1 - r), and x is 1
        ys.push_back(y);
    }
    QVERIFY(ys[0].sameElements(ys[1]));
    for (int64_t t = 0; t < T; ++t) {
        int kept = 0;
        for (double value : at(ys[0], t)) {
            QVERIFY(value == 0 || value == 2);
            kept += value == 2;
        }
        QVERIFY(kept > 0 && kept < B * D);
        for (int64_t other = 0; other < t; ++other)
            QVERIFY(at(ys[0], t) != at(ys[0], other));
    }
}

QTEST_APPLESS_MAIN(RandomOpsTest)
#include "tst_random_ops.moc"
