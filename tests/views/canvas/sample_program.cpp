#include "tests/views/canvas/sample_program.h"

#include "engine/autodiff/differentiate.h"
#include "engine/ops/scan_builder.h"

namespace backstep::sample {

namespace {

constexpr int64_t kBatch = 4, kInput = 8, kHidden = 64, kOutput = 10;

Value declare(GraphBuilder& b, ValueKind kind, const std::string& name, Shape shape)
{
    ValueInfo info;
    info.kind = kind;
    info.name = name;
    info.type = {DType::Float32, shape};
    if (kind == ValueKind::Weight)
        info.content = Tensor(info.type);
    return b.declare(std::move(info));
}

/// Names what the next ops belong to.
void enter(GraphBuilder& b, const std::string& layer, Phase phase = Phase::Forward)
{
    b.origin() = {.name = layer, .layer = layer, .phase = phase};
}

std::shared_ptr<const Snapshot> finish(Graph graph)
{
    std::vector<ValueId> targets = graph.valuesOfKind(ValueKind::Weight);
    const GradientTable table;
    const FlowAnalysis flow = analyseFlow(graph, graph.loss, targets, table);
    IdBook book;
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->report = std::make_shared<ConversionReport>(flow.report);
    auto both = differentiate(graph, graph.loss, targets, flow, table, book);
    auto program = std::make_shared<const Graph>(both ? std::move(both.value().graph) : graph);
    snapshot->program = program;
    snapshot->plan = std::make_shared<const Plan>(program);
    snapshot->states = std::make_shared<StateMap>(*program, *snapshot->report);
    return snapshot;
}

struct Lstm {
    Value w, r, b;
    /// The next h and c.
    std::pair<Value, Value> step(GraphBuilder& body, Value x, Value h, Value c) const
    {
        const Value sum = body.add("Gemm", {h, r, body.add("Gemm", {x, w, b})});
        const std::vector<Value> gates = body.addAll({"Split"}, {sum}, {{"axis", int64_t{1}}}, 4);
        const Value i = body.add("Sigmoid", {gates[0]}), o = body.add("Sigmoid", {gates[1]});
        const Value f = body.add("Sigmoid", {gates[2]}), g = body.add("Tanh", {gates[3]});
        const Value next = body.add("Add", {body.add("Mul", {f, c}), body.add("Mul", {i, g})});
        return {body.add("Mul", {o, body.add("Tanh", {next})}), next};
    }
};

}

std::shared_ptr<const Snapshot> lstmSign(int64_t stepCount, const std::string& activation,
                                         const LstmNames& names)
{
    Graph graph;
    GraphBuilder top(graph, kTopRegion);
    enter(top, "lstm");
    const Value input = declare(top, ValueKind::Input, "x", {kBatch, stepCount, kInput});
    const Value target = declare(top, ValueKind::Input, "target", {stepCount, kBatch, kOutput});
    const Lstm lstm{declare(top, ValueKind::Weight, names.w, {kInput, 4 * kHidden}),
                    declare(top, ValueKind::Weight, names.r, {kHidden, 4 * kHidden}),
                    declare(top, ValueKind::Weight, names.b, {4 * kHidden})};
    const Value kernel = declare(top, ValueKind::Weight, names.kernel, {kHidden, kOutput});
    const Value bias = declare(top, ValueKind::Weight, names.bias, {kOutput});
    const Value sequence = transpose(input, {1, 0, 2});
    const Value zero = top.constant(Tensor(TensorType{DType::Float32, {kBatch, kHidden}}), "h0");

    ScanBuilder scan(top, stepCount, Direction::Forward, {.name = "lstm", .layer = "lstm"});
    const Value h = scan.carry(zero, "h"), c = scan.carry(zero, "c");
    const Value x = scan.stepInput(sequence, "x"), y = scan.stepInput(target, "target");
    GraphBuilder& body = scan.body();
    enter(body, "lstm");
    const auto [nextH, nextC] = lstm.step(body, x, h, c);
    scan.setNext(h, nextH);
    scan.setNext(c, nextC);
    enter(body, "my_activation");
    const Value active = body.add(activation, {nextH});
    enter(body, "dense");
    const Value out =
        body.add("Add", {body.add("MatMul", {active, body.use(kernel.id())}), body.use(bias.id())});
    enter(body, "loss", Phase::Loss);
    const Value term = body.helper("MSE", {out, y});
    const ScanBuilder::Results results = scan.close({out}, {term});
    enter(top, "dense");
    graph.outputs.push_back({"y", transpose(results.stacked[0], {1, 0, 2}).id()});
    enter(top, "loss", Phase::Loss);
    graph.loss = (results.sums[0] * (1.0 / static_cast<double>(stepCount))).id();
    return finish(std::move(graph));
}

std::shared_ptr<const Snapshot> flatChain(int count)
{
    Graph graph;
    GraphBuilder top(graph, kTopRegion);
    enter(top, "");
    Value last = declare(top, ValueKind::Weight, "w", {4});
    Value before = last;
    for (int i = 0; i < count - 1; ++i) {
        top.origin().name = "node_" + std::to_string(i);
        const Value next = i % 7 == 3 ? last + before : top.add("Tanh", {last});
        before = last;
        last = next;
    }
    enter(top, "loss", Phase::Loss);
    graph.loss = top.add("ReduceSum", {last}, {{"keepdims", int64_t{0}}}).id();
    return finish(std::move(graph));
}

std::shared_ptr<const Snapshot> reversedRnn(int64_t stepCount)
{
    Graph graph;
    GraphBuilder top(graph, kTopRegion);
    enter(top, "rnn");
    const Value input = declare(top, ValueKind::Input, "x", {stepCount, kBatch, kInput});
    const Value w = declare(top, ValueKind::Weight, "rnn/W", {kInput, kHidden});
    const Value r = declare(top, ValueKind::Weight, "rnn/R", {kHidden, kHidden});
    const Value zero = top.constant(Tensor(TensorType{DType::Float32, {kBatch, kHidden}}), "h0");
    ScanBuilder scan(top, stepCount, Direction::Reverse, {.name = "rnn", .layer = "rnn"});
    const Value h = scan.carry(zero, "h"), x = scan.stepInput(input, "x");
    GraphBuilder& body = scan.body();
    enter(body, "rnn");
    const Value next = body.add("Tanh", {body.add("MatMul", {x, body.use(w.id())}) +
                                         body.add("MatMul", {h, body.use(r.id())})});
    scan.setNext(h, next);
    enter(body, "loss", Phase::Loss);
    const Value term = body.add("ReduceSum", {next}, {{"keepdims", int64_t{0}}});
    graph.loss = scan.close({}, {term}).sums[0].id();
    return finish(std::move(graph));
}

std::shared_ptr<const Snapshot> gru(int64_t stepCount)
{
    Graph graph;
    GraphBuilder top(graph, kTopRegion);
    enter(top, "gru");
    const Value input = declare(top, ValueKind::Input, "x", {stepCount, kBatch, kInput});
    const Value w = declare(top, ValueKind::Weight, "gru/W", {kInput, 3 * kHidden});
    const Value r = declare(top, ValueKind::Weight, "gru/R", {kHidden, 2 * kHidden});
    const Value rn = declare(top, ValueKind::Weight, "gru/Rn", {kHidden, kHidden});
    const Value b = declare(top, ValueKind::Weight, "gru/B", {3 * kHidden});
    const Value zero = top.constant(Tensor(TensorType{DType::Float32, {kBatch, kHidden}}), "h0");
    ScanBuilder scan(top, stepCount, Direction::Forward, {.name = "gru", .layer = "gru"});
    const Value h = scan.carry(zero, "h"), x = scan.stepInput(input, "x");
    GraphBuilder& body = scan.body();
    enter(body, "gru");
    const Value product = body.add("Gemm", {x, body.use(w.id()), body.use(b.id())});
    const std::vector<Value> parts = body.addAll({"Split"}, {product}, {{"axis", int64_t{1}}}, 3);
    const Value recurrent = body.add("MatMul", {h, body.use(r.id())});
    const std::vector<Value> of = body.addAll({"Split"}, {recurrent}, {{"axis", int64_t{1}}}, 2);
    const Value update = body.add("Sigmoid", {parts[0] + of[0]});
    const Value reset = body.add("Sigmoid", {parts[1] + of[1]});
    const Value inner = body.add("MatMul", {h, body.use(rn.id())});
    const Value candidate = body.add("Tanh", {parts[2] + reset * inner});
    const Value next = (1.0 - update) * candidate + update * h;
    scan.setNext(h, next);
    enter(body, "loss", Phase::Loss);
    const Value term = body.add("ReduceSum", {next}, {{"keepdims", int64_t{0}}});
    graph.loss = scan.close({}, {term}).sums[0].id();
    return finish(std::move(graph));
}

std::shared_ptr<const Snapshot> embeddedRnn(int64_t stepCount)
{
    Graph graph;
    GraphBuilder top(graph, kTopRegion);
    const auto weight = [&](const char* name, Shape shape) {
        return declare(top, ValueKind::Weight, name, shape);
    };
    const Value table = weight("table", {100, kInput}), w = weight("w", {kInput, kHidden});
    const Value r = weight("r", {kHidden, kHidden}), bias = weight("bias", {kHidden});
    const Value k0 = weight("k0", {kHidden, kHidden}), k1 = weight("k1", {kOutput, kHidden});
    const Value b1 = weight("b1", {kOutput});
    ValueInfo tokens;
    tokens.kind = ValueKind::Input;
    tokens.name = "tokens";
    tokens.type = {DType::Int64, {stepCount, kBatch}};
    const Value input = top.declare(std::move(tokens));
    const Value zero = top.constant(Tensor(TensorType{DType::Float32, {kBatch, kHidden}}), "h0");
    ScanBuilder scan(top, stepCount, Direction::Forward, {.name = "rnn", .layer = "rnn"});
    const Value h = scan.carry(zero, "h"), token = scan.stepInput(input, "tokens");
    GraphBuilder& body = scan.body();
    enter(body, "embedding");
    const Value x = body.add("Gather", {body.use(table.id()), token});
    enter(body, "rnn");
    const Value product = body.add("MatMul", {h, body.use(r.id())});
    const Value sum = body.add("MatMul", {x, body.use(w.id())}) + product;
    const Value next = body.add("Tanh", {body.add("Add", {sum, body.use(bias.id())})});
    scan.setNext(h, next);
    enter(body, "hidden_layer");
    const Value hidden = body.add("Tanh", {body.add("MatMul", {next, body.use(k0.id())})});
    enter(body, "dense");
    const Value kernel = transpose(body.use(k1.id()), {1, 0});
    const Value y = body.add("Gemm", {hidden, kernel, body.use(b1.id())});
    enter(body, "loss", Phase::Loss);
    const Value term = body.add("ReduceSum", {y}, {{"keepdims", int64_t{0}}});
    graph.loss = scan.close({}, {term}).sums[0].id();
    return finish(std::move(graph));
}

std::shared_ptr<const Snapshot> foreignOps(const std::vector<std::string>& types)
{
    auto graph = std::make_shared<Graph>();
    const TimelineId timeline = graph->addTimeline(3);
    Region region;
    region.parent = kTopRegion;
    region.timeline = timeline;
    const RegionId body = graph->addRegion(region);
    graph->editTimeline(timeline).forward = body;
    for (const std::string& type : types) {
        Node node;
        node.region = body;
        node.op = {type, "com.example"};
        node.origin = {.name = type, .layer = type};
        graph->addNode(std::move(node));
    }
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->program = std::move(graph);
    return snapshot;
}

PassState pausedAtGradientOf(const Snapshot& snapshot, const std::string& op, int64_t t)
{
    PassState state;
    for (NodeId id : snapshot.program->nodeIds()) {
        const Node& node = snapshot.program->node(id);
        if (node.origin.phase != Phase::Backward || node.origin.primal == kNoNode ||
            snapshot.program->node(node.origin.primal).op.type != op ||
            snapshot.program->depth(node.region) == 0)
            continue;
        const Position position = snapshot.plan->positionOf({id, TimestepPath().then(t)});
        if (state.cursor == 0 || position < state.cursor)
            state.cursor = position;
    }
    state.reached = state.cursor;
    state.reason = StopReason::Break;
    return state;
}

}
