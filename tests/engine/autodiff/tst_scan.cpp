// A Scan and its adjoint against the same program written out timestep by timestep.

#include "engine/autodiff/differentiate.h"
#include "engine/execution/executor.h"
#include "engine/ops/scan_builder.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace backstep;

namespace {

constexpr int64_t T = 5, B = 3, I = 2, H = 4;

Tensor randomTensor(Shape shape, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0, 0.6);
    std::vector<double> values(size_t(shape.count()));
    for (double& value : values)
        value = normal(random);
    return Tensor::of<double>(shape, values);
}

struct Program {
    Graph graph;
    std::vector<ValueId> targets; ///< x, W, U, h0
};

Value weight(GraphBuilder& b, Program& program, Shape shape, unsigned seed)
{
    ValueInfo info;
    info.kind = ValueKind::Weight;
    info.type = {DType::Float64, shape};
    info.content = randomTensor(shape, seed);
    const Value value = b.declare(info);
    program.targets.push_back(value.id());
    return value;
}

/// h' = tanh(x W + h U): what happens in one timestep.
Value cell(GraphBuilder& b, const Value& x, const Value& h, const Value& w, const Value& u)
{
    return b.add("Tanh", {b.add("MatMul", {x, w}) + b.add("MatMul", {h, u})});
}

Value part(GraphBuilder& b, const Value& sequence, int64_t t)
{
    return b.add("Squeeze", {b.add("Slice", {sequence, b.ints({t}), b.ints({t + 1}), b.ints({0})}),
                             b.ints({0})});
}

/// The loss: every output counts by its own weight, the last state once more.
Value lossOf(GraphBuilder& b, const Value& stacked, const Value& last)
{
    const Value shares = b.constant(randomTensor(stacked.shape(), 9));
    return b.add("ReduceSum", {stacked * shares}, {{"keepdims", int64_t(0)}}) +
           b.add("ReduceSum", {last * last}, {{"keepdims", int64_t(0)}});
}

Program recurrent(bool isScan, bool isReverse)
{
    Program program;
    GraphBuilder b(program.graph, kTopRegion, {.name = "op"});
    const Value x = weight(b, program, {T, B, I}, 1), w = weight(b, program, {I, H}, 2),
                u = weight(b, program, {H, H}, 3), h0 = weight(b, program, {B, H}, 4);
    if (isScan) {
        ScanBuilder scan(b, T, isReverse ? Direction::Reverse : Direction::Forward,
                         {.name = "scan"});
        const Value h = scan.carry(h0), xt = scan.stepInput(x);
        const Value next =
            cell(scan.body(), xt, h, scan.body().use(w.id()), scan.body().use(u.id()));
        scan.setNext(h, next);
        const auto results = scan.close({next});
        program.graph.loss = lossOf(b, results.stacked[0], results.finals[0]).id();
        return program;
    }
    std::vector<Value> outputs(T);
    Value h = h0;
    for (int64_t i = 0; i < T; ++i) {
        const int64_t t = isReverse ? T - 1 - i : i;
        h = cell(b, part(b, x, t), h, w, u);
        outputs[size_t(t)] = b.add("Unsqueeze", {h, b.ints({0})});
    }
    program.graph.loss = lossOf(b, b.add("Concat", outputs, {{"axis", int64_t(0)}}), h).id();
    return program;
}

/// Every timestep runs an inner recurrence of three timesteps over the same x, and takes a sum of
/// its states.
Program nested(bool isScan)
{
    constexpr int64_t S = 3;
    Program program;
    GraphBuilder b(program.graph, kTopRegion, {.name = "op"});
    const Value x = weight(b, program, {T, S, B, I}, 1), w = weight(b, program, {I, H}, 2),
                u = weight(b, program, {H, H}, 3), h0 = weight(b, program, {B, H}, 4);
    const auto inner = [&](GraphBuilder& at, const Value& xs, const Value& h) {
        if (isScan) {
            ScanBuilder scan(at, S, Direction::Reverse, {.name = "inner"});
            const Value state = scan.carry(h), xt = scan.stepInput(xs);
            const Value next =
                cell(scan.body(), xt, state, scan.body().use(w.id()), scan.body().use(u.id()));
            scan.setNext(state, next);
            const auto results = scan.close({}, {next});
            return std::pair(results.finals[0], results.sums[0]);
        }
        Value state = h, sum;
        for (int64_t s = S - 1; s >= 0; --s) {
            state = cell(at, part(at, xs, s), state, at.use(w.id()), at.use(u.id()));
            sum = sum.isPresent() ? sum + state : state;
        }
        return std::pair(state, sum);
    };
    if (isScan) {
        ScanBuilder scan(b, T, Direction::Forward, {.name = "outer"});
        const Value h = scan.carry(h0), xs = scan.stepInput(x);
        const auto [state, sum] = inner(scan.body(), xs, h);
        scan.setNext(h, state);
        const auto results = scan.close({sum});
        program.graph.loss = lossOf(b, results.stacked[0], results.finals[0]).id();
        return program;
    }
    std::vector<Value> outputs;
    Value h = h0;
    for (int64_t t = 0; t < T; ++t) {
        const auto [state, sum] = inner(b, part(b, x, t), h);
        h = state;
        outputs.push_back(b.add("Unsqueeze", {sum, b.ints({0})}));
    }
    program.graph.loss = lossOf(b, b.add("Concat", outputs, {{"axis", int64_t(0)}}), h).id();
    return program;
}

/// Loss and gradients; also every kept and replayed value must be there at the end.
std::vector<Tensor> run(const Program& program)
{
    const FlowAnalysis flow = analyseFlow(program.graph, program.graph.loss, program.targets, {});
    IdBook book;
    auto whole = differentiate(program.graph, program.graph.loss, program.targets, flow, {}, book);
    if (!whole || !whole->graph.verify())
        return {};
    const auto plan = std::make_shared<const Plan>(std::make_shared<const Graph>(whole->graph));
    auto recording = Recording::make(plan, {});
    Executor executor(std::move(*recording));
    const Stop stop = executor.run(plan->size());
    if (stop.reason != Stop::Reached) {
        qWarning("stopped at %s", plan->graph().node(stop.at.node).origin.name.c_str());
        return {};
    }
    std::vector<Tensor> results{*executor.value({program.graph.loss, {}}, plan->size())};
    for (ValueId target : program.targets)
        results.push_back(*executor.value({whole->cotangents.at(target), {}}, plan->size()));
    for (Position position = 0; position < plan->size(); ++position) {
        const OpAddress address = plan->addressAt(position);
        if (plan->positionOf(address) != position)
            return {};
        for (ValueId output : plan->graph().node(address.node).outputs)
            if (!executor.value({output, address.at}, plan->size()))
                return {};
    }
    return results;
}

}

class ScanTest : public QObject
{
    Q_OBJECT
private slots:
    void aBodyWithoutOpsOnlyMovesValues();
    void aCotangentInOnePlaceCountsAtEachTimestep();
    void equalsTheUnrolledProgram_data();
    void equalsTheUnrolledProgram();
};

void ScanTest::aBodyWithoutOpsOnlyMovesValues()
{
    Program program;
    GraphBuilder b(program.graph, kTopRegion, {.name = "op"});
    const Value x = weight(b, program, {T, B}, 1), h0 = weight(b, program, {B}, 2);
    ScanBuilder scan(b, T, Direction::Forward, {.name = "scan"});
    const Value h = scan.carry(h0), xt = scan.stepInput(x);
    scan.setNext(h, xt); // h at t is x at t-1
    const auto results = scan.close({h});
    const Value squares = results.stacked[0] * results.stacked[0];
    program.graph.loss = b.add("ReduceSum", {squares}, {{"keepdims", int64_t(0)}}).id();
    const std::vector<Tensor> found = run(program);
    QCOMPARE(found.size(), size_t(3));
    for (int64_t k = 0; k < B; ++k) {
        QCOMPARE(found[2].number(k), 2 * randomTensor({B}, 2).number(k)); // d h0^2
        QCOMPARE(found[1].number(k), 2 * randomTensor({T, B}, 1).number(k));
        QCOMPARE(found[1].number((T - 1) * B + k), 0.0); // the last x is never read
    }
}

void ScanTest::aCotangentInOnePlaceCountsAtEachTimestep()
{
    // The gradient of a plain sum is one 1 in memory, seen at every timestep, row and column.
    Program program;
    GraphBuilder b(program.graph, kTopRegion, {.name = "op"});
    const Value x = weight(b, program, {T, B, I}, 1), w = weight(b, program, {I, H}, 2),
                bias = weight(b, program, {H}, 3);
    ScanBuilder scan(b, T, Direction::Forward, {.name = "scan"});
    const Value xt = scan.stepInput(x);
    const Value y =
        scan.body().add("MatMul", {xt, scan.body().use(w.id())}) + scan.body().use(bias.id());
    const auto results = scan.close({y});
    program.graph.loss = b.add("ReduceSum", {results.stacked[0]}, {{"keepdims", int64_t(0)}}).id();
    const std::vector<Tensor> found = run(program);
    QCOMPARE(found.size(), size_t(4));
    const Tensor inputs = randomTensor({T, B, I}, 1);
    for (int64_t i = 0; i < I; ++i) {
        double sum = 0;
        for (int64_t row = 0; row < T * B; ++row)
            sum += inputs.number(row * I + i);
        for (int64_t h = 0; h < H; ++h)
            QVERIFY(std::abs(found[2].number(i * H + h) - sum) <= 1e-12);
    }
    for (int64_t h = 0; h < H; ++h)
        QCOMPARE(found[3].number(h), double(T * B));
}

void ScanTest::equalsTheUnrolledProgram_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"forward", "reverse", "nested"})
        QTest::newRow(kind) << QString(kind);
}

void ScanTest::equalsTheUnrolledProgram()
{
    QFETCH(QString, kind);
    const auto build = [&](bool isScan) {
        return kind == "nested" ? nested(isScan) : recurrent(isScan, kind == "reverse");
    };
    const std::vector<Tensor> scan = run(build(true)), unrolled = run(build(false));
    QCOMPARE(scan.size(), size_t(5));
    QCOMPARE(unrolled.size(), size_t(5));
    for (size_t i = 0; i < scan.size(); ++i) {
        QCOMPARE(scan[i].type().text(), unrolled[i].type().text());
        for (int64_t k = 0; k < scan[i].count(); ++k)
            QVERIFY(std::abs(scan[i].number(k) - unrolled[i].number(k)) <= 1e-12);
    }
}

QTEST_APPLESS_MAIN(ScanTest)
#include "tst_scan.moc"
