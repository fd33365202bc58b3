// Random ops (SEMANTICS R12b): what a draw depends on, and on nothing else.

#include "engine/autodiff/differentiate.h"
#include "engine/execution/executor.h"
#include "engine/ops/philox.h"
#include "engine/ops/random_numbers.h"
#include "engine/ops/scan_builder.h"
#include "engine/passes/place_node.h"

#include <QTest>

#include <algorithm>
#include <cmath>

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

/// Draws of one node outside of all loops, or at each of three timesteps; beside them what the op
/// opens to.
struct Draws {
    std::shared_ptr<const Plan> plan;
    ValueId kernel = kNoValue, body = kNoValue;

    Tensor value(ValueId id) const
    {
        Executor executor(*Recording::make(plan, {}));
        if (executor.run(plan->size()).reason != Stop::Reached)
            return {};
        return *executor.value({id, {}}, plan->size());
    }
};

Draws drawsOf(DType dtype, const Shape& shape, bool isInLoop, std::vector<int64_t> draw,
              const std::string& name = "node")
{
    Graph graph;
    GraphBuilder top(graph, kTopRegion, {.name = "test"});
    ScanBuilder scan(top, 3, Direction::Forward, {.name = "scan"});
    GraphBuilder& b = isInLoop ? scan.body() : top;
    Node node;
    node.origin.name = name;
    const Value kernel = uniform(b, node, shape, dtype);
    const Node made = graph.node(graph.value(kernel.id()).producer);
    std::vector<Value> inputs;
    for (const ValueId input : made.inputs)
        inputs.push_back(b.use(input));
    std::vector<Value> both{kernel, operators().find(made.op)->body(b, made, inputs).at(0)};
    const ScanBuilder::Results results =
        scan.close(isInLoop ? both : std::vector<Value>{scan.timestep()});
    if (isInLoop)
        both = results.stacked;
    graph.editValue(graph.draw).content = Tensor::ints(draw);
    return {std::make_shared<const Plan>(std::make_shared<const Graph>(graph)), both[0].id(),
            both[1].id()};
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
    void philoxGivesTheKnownAnswers_data();
    void philoxGivesTheKnownAnswers();
    void drawsDependOn_data();
    void drawsDependOn();
    void bodiesDrawTheSame_data();
    void bodiesDrawTheSame();
    void numbersAreUniform_data();
    void numbersAreUniform();
    void multinomialDrawsByTheProbabilities();
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

void RandomOpsTest::philoxGivesTheKnownAnswers_data()
{
    QTest::addColumn<QList<quint32>>("counter");
    QTest::addColumn<QList<quint32>>("key");
    QTest::addColumn<QList<quint32>>("words"); // kat_vectors of the authors' Random123 1.09
    QTest::newRow("zeros") << QList<quint32>{0, 0, 0, 0} << QList<quint32>{0, 0}
                           << QList<quint32>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    QTest::newRow("ones") << QList<quint32>{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}
                          << QList<quint32>{0xffffffff, 0xffffffff}
                          << QList<quint32>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    QTest::newRow("digits of pi") << QList<quint32>{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}
                                  << QList<quint32>{0xa4093822, 0x299f31d0}
                                  << QList<quint32>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
}

void RandomOpsTest::philoxGivesTheKnownAnswers()
{
    QFETCH(QList<quint32>, counter);
    QFETCH(QList<quint32>, key);
    QFETCH(QList<quint32>, words);
    const PhiloxCounter found =
        philox({counter[0], counter[1], counter[2], counter[3]}, {key[0], key[1]});
    for (int i = 0; i < 4; ++i)
        QCOMPARE(found[size_t(i)], words[i]);
}

void RandomOpsTest::drawsDependOn_data()
{
    QTest::addColumn<QList<int64_t>>("draw"); // run seed, training step
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isSame"); // as run seed 7, step 0, node "node"
    QTest::newRow("nothing else") << QList<int64_t>{7, 0} << "node" << true;
    QTest::newRow("the run's seed") << QList<int64_t>{8, 0} << "node" << false;
    QTest::newRow("a seed beyond 32 bits") << QList<int64_t>{7 + (1ll << 32), 0} << "node" << false;
    QTest::newRow("the training step") << QList<int64_t>{7, 1} << "node" << false;
    QTest::newRow("seed and step, not their sum") << QList<int64_t>{6, 1} << "node" << false;
    QTest::newRow("the node") << QList<int64_t>{7, 0} << "other" << false;
}

void RandomOpsTest::drawsDependOn()
{
    QFETCH(QList<int64_t>, draw);
    QFETCH(QString, name);
    QFETCH(bool, isSame);
    for (const bool isInLoop : {false, true}) {
        const Draws first = drawsOf(DType::Float64, {4, 5}, isInLoop, {7, 0});
        const Draws second =
            drawsOf(DType::Float64, {4, 5}, isInLoop, {draw[0], draw[1]}, name.toStdString());
        const Tensor a = first.value(first.kernel), b = second.value(second.kernel);
        QCOMPARE(a.sameElements(b), isSame);
        int equal = 0;
        for (int64_t i = 0; i < a.count(); ++i)
            equal += a.number(i) == b.number(i);
        QCOMPARE(equal, isSame ? int(a.count()) : 0);
    }
}

void RandomOpsTest::bodiesDrawTheSame_data()
{
    QTest::addColumn<int>("dtype");
    QTest::addColumn<bool>("isInLoop");
    for (const DType dtype : {DType::Float32, DType::Float64, DType::Float16, DType::BFloat16})
        for (const bool isInLoop : {false, true})
            QTest::addRow("%s%s", std::string(nameOf(dtype)).c_str(), isInLoop ? ", in a loop" : "")
                << int(dtype) << isInLoop;
}

void RandomOpsTest::bodiesDrawTheSame()
{
    QFETCH(int, dtype);
    QFETCH(bool, isInLoop);
    for (const Shape& shape : {Shape{}, Shape{1}, Shape{0, 3}, Shape{17, 2, 3}}) {
        const Draws draws =
            drawsOf(static_cast<DType>(dtype), shape, isInLoop, {(5ll << 32) + 3, 12});
        const Tensor kernel = draws.value(draws.kernel), body = draws.value(draws.body);
        QVERIFY(!kernel.isNull() && kernel.dtype() == static_cast<DType>(dtype));
        QVERIFY2(kernel.sameElements(body), qPrintable(QString::fromStdString(shape.text())));
    }
}

void RandomOpsTest::numbersAreUniform_data()
{
    QTest::addColumn<int>("dtype");
    for (const DType dtype : {DType::Float32, DType::Float64, DType::Float16, DType::BFloat16})
        QTest::addRow("%s", std::string(nameOf(dtype)).c_str()) << int(dtype);
}

// Of n numbers the mean lies within 5 / sqrt(12 n) of 1/2, and each tenth of [0, 1) gets n / 10
// within 5 standard deviations of the binomial distribution; bfloat16 has steps of 1/256, hence
// 1/128 more.
void RandomOpsTest::numbersAreUniform()
{
    QFETCH(int, dtype);
    const int64_t n = 40000;
    const Draws draws = drawsOf(static_cast<DType>(dtype), {n}, false, {1, 0});
    const Tensor numbers = draws.value(draws.kernel);
    double sum = 0;
    std::vector<int> tenths(10);
    for (int64_t i = 0; i < n; ++i) {
        QVERIFY(numbers.number(i) >= 0 && numbers.number(i) < 1);
        sum += numbers.number(i);
        ++tenths[size_t(numbers.number(i) * 10)];
    }
    QVERIFY(std::abs(sum / n - 0.5) < 5 / std::sqrt(12.0 * n) + 1.0 / 256);
    for (const int count : tenths)
        QVERIFY(std::abs(count - n / 10) < 5 * std::sqrt(n * 0.1 * 0.9) + n / 128.0);
}

// Within 5 standard deviations of the binomial distribution.
void RandomOpsTest::multinomialDrawsByTheProbabilities()
{
    const std::vector<double> shares{0.1, 0.0, 0.2, 0.7};
    const int64_t n = 20000;
    Graph graph;
    GraphBuilder b(graph, kTopRegion, {.name = "test"});
    ValueInfo info;
    info.kind = ValueKind::Weight;
    info.type = {DType::Float64, {1, 4}};
    info.content = Tensor::of<double>(
        {1, 4}, {std::log(0.1) + 3, -1e9, std::log(0.2) + 3, std::log(0.7) + 3}); // unnormalized
    NodeRequest request;
    request.op = {"Multinomial"};
    request.attributes = {{"sample_size", n}};
    request.inputs = {b.declare(info)};
    request.outputs = {"drawn"};
    request.origin.name = "draw";
    const Value drawn = placeNode(b, request).at(0);
    const auto plan = std::make_shared<const Plan>(std::make_shared<const Graph>(graph));
    Executor executor(*Recording::make(plan, {}));
    QCOMPARE(executor.run(plan->size()).reason, Stop::Reached);
    const Tensor classes = *executor.value({drawn.id(), {}}, plan->size());
    std::vector<int> counts(4);
    for (int64_t i = 0; i < n; ++i)
        ++counts.at(size_t(classes.number(i)));
    for (size_t i = 0; i < shares.size(); ++i)
        QVERIFY(std::abs(counts[i] - shares[i] * n) <=
                5 * std::sqrt(n * shares[i] * (1 - shares[i])));
}

QTEST_APPLESS_MAIN(RandomOpsTest)
#include "tst_random_ops.moc"
