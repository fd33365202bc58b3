#include "engine/training/trainer.h"

#include "engine/base/text.h"
#include "engine/ops/branch_op.h"
#include "engine/passes/place_node.h"

#include <fmt/format.h>

#include <cmath>

namespace backstep {

namespace {

constexpr const char* kTrainingDomain = "ai.onnx.preview.training";

double norm(const Tensor& tensor)
{
    double sum = 0;
    for (int64_t i = 0; i < tensor.count(); ++i)
        sum += tensor.number(i) * tensor.number(i);
    return std::sqrt(sum);
}

ValueId declareInput(GraphBuilder& builder, const std::string& name, const TensorType& type)
{
    ValueInfo info;
    info.kind = ValueKind::Input;
    info.type = type;
    info.name = name;
    return builder.declare(std::move(info)).id();
}

NodeRequest updateRequest(Optimizer optimizer)
{
    NodeRequest request;
    request.origin = {.name = "update", .phase = Phase::Update};
    if (optimizer == Optimizer::Adam) {
        request.op = {"Adam", kTrainingDomain};
        request.attributes = {{"alpha", 0.9}, {"beta", 0.999}, {"epsilon", 1e-8}};
    } else {
        request.op = {"Momentum", kTrainingDomain};
        request.attributes = {{"alpha", 0.0},
                              {"beta", 1.0},
                              {"norm_coefficient", 0.0},
                              {"mode", std::string("standard")}};
    }
    return request;
}

}

std::string_view nameOf(Optimizer optimizer)
{
    return optimizer == Optimizer::Adam ? "adam" : "sgd";
}

/// Of what changes from pass to pass.
void Trainer::makeInput(Graph& graph, ValueId constant)
{
    ValueInfo& info = graph.editValue(constant);
    m_feeds[constant] = Tensor::copyOf(info.content.view());
    info.kind = ValueKind::Input;
    info.content = {};
}

/// One op for each weight: x, its gradient and its slots go in, x and the slots come out.
void Trainer::addUpdate(Graph& graph, const TrainingOptions& options)
{
    GraphBuilder builder(graph, kTopRegion, {.name = "update", .phase = Phase::Update});
    const size_t slotCount = options.optimizer == Optimizer::Adam ? 2 : 1;
    m_count = declareInput(builder, "update/count", {DType::Int64, {}});
    m_feeds[m_count] = Tensor::of<int64_t>({}, {1});
    for (const TrainedWeight& trained : m_weights) {
        if (trained.cotangent == kNoValue)
            continue;
        const TensorType type = graph.value(trained.weight).type;
        const std::string name = graph.value(trained.weight).name;
        NodeRequest request = updateRequest(options.optimizer);
        request.inputs = {builder.constant(Tensor::scalar(options.rate, type.dtype)),
                          builder.use(m_count), builder.use(trained.weight),
                          builder.use(trained.cotangent)};
        std::vector<ValueId> owned{trained.weight};
        for (size_t slot = 0; slot < slotCount; ++slot) {
            owned.push_back(declareInput(builder, fmt::format("{}/slot{}", name, slot), type));
            m_feeds[owned.back()] = Tensor(type);
            request.inputs.push_back(builder.use(owned.back()));
        }
        for (size_t i = 0; i < owned.size(); ++i)
            request.outputs.push_back(fmt::format("{}/next{}", name, i));
        const std::vector<Value> next = placeNode(builder, std::move(request));
        for (size_t i = 0; i < owned.size(); ++i)
            m_slots.push_back({owned[i], next[i].id()});
    }
}

Result<std::unique_ptr<Trainer>> Trainer::make(const Graph& program,
                                               std::map<ValueId, Tensor> feeds,
                                               std::vector<TrainedWeight> weights,
                                               const TrainingOptions& options,
                                               const PlanOptions& recording)
{
    if (program.loss == kNoValue)
        return Error{"no-loss", "The model has no floating output, so there is no loss to lower."};
    std::unique_ptr<Trainer> trainer(new Trainer);
    trainer->m_weights = std::move(weights);
    trainer->m_feeds = std::move(feeds);
    Graph graph = program;
    for (const TrainedWeight& trained : trainer->m_weights) {
        trainer->m_start.push_back(graph.value(trained.weight).content);
        trainer->makeInput(graph, trained.weight);
    }
    trainer->m_draw = graph.draw;
    if (graph.draw != kNoValue)
        trainer->makeInput(graph, graph.draw);
    trainer->addUpdate(graph, options);
    if (Result<void> sorted = graph.sortTopologically(); !sorted)
        return sorted.takeError();
    trainer->m_plan =
        std::make_shared<const Plan>(std::make_shared<const Graph>(std::move(graph)), recording);
    Result<Recording> made = Recording::make(trainer->m_plan, trainer->m_feeds);
    if (!made)
        return made.takeError();
    trainer->m_executor = std::make_unique<Executor>(std::move(*made));
    return trainer;
}

Result<TrainingStep> Trainer::pass(std::stop_token stop)
{
    const Graph& graph = m_plan->graph();
    m_executor->restart();
    const Stop stopped = m_executor->run(m_plan->size(), stop);
    if (stopped.reason == Stop::Cancelled)
        return Error{"cancelled", fmt::format("Stopped after {}.", counted(m_number, "step"))};
    if (stopped.reason != Stop::Reached) {
        const Node& node = graph.node(stopped.at.node);
        return m_executor->failure() ? *m_executor->failure()
               : node.problem ? Error{"not-computable", node.problem->message, node.problem->remedy}
                              : Error{"not-computable", fmt::format("'{}' cannot be computed.",
                                                                    printable(node.origin.name))};
    }
    const auto read = [&](ValueId value) { return m_executor->value({value, {}}, m_plan->size()); };
    TrainingStep step;
    step.number = m_number;
    const Result<Tensor> loss = read(graph.loss);
    if (!loss)
        return loss.error();
    step.loss = loss->number(0);
    for (size_t i = 0; i < m_weights.size(); ++i) {
        WeightProgress progress;
        if (m_weights[i].cotangent != kNoValue) {
            const Result<Tensor> gradient = read(m_weights[i].cotangent);
            if (!gradient)
                return gradient.error();
            progress.gradientNorm = norm(*gradient);
        }
        progress.moved = distance(i);
        step.weights.push_back(progress);
    }
    if (Result<void> finite = checkFinite(step); !finite)
        return finite.takeError();
    if (Result<void> same = checkBranches(); !same)
        return same.takeError();
    return step;
}

/// The graph holds the branches that the weights took when the model was read.
Result<void> Trainer::checkBranches() const
{
    const Graph& graph = m_plan->graph();
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.op != OpName{std::string(kBranch), std::string(kHelperDomain)} ||
            graph.value(node.inputs[1]).region != kTopRegion)
            continue;
        const Result<Tensor> condition = m_executor->value({node.inputs[1], {}}, m_plan->size());
        const int64_t taken = node.attributes.integer(std::string(kTaken), 0);
        if (condition && condition->integer(0) != taken)
            return Error{
                "branch-changed",
                fmt::format("The condition of If '{}' became {} after {}; the other branch "
                            "was read.",
                            printable(graph.value(node.outputs[0]).name), taken ? "false" : "true",
                            counted(m_number, "step")),
                "What was trained so far holds. Save it and open it again to go on in the "
                "other branch."};
    }
    return {};
}

double Trainer::distance(size_t weight) const
{
    const Tensor &now = m_feeds.at(m_weights[weight].weight), &before = m_start[weight];
    double sum = 0;
    for (int64_t i = 0; i < now.count(); ++i) {
        const double moved = now.number(i) - before.number(i);
        sum += moved * moved;
    }
    return std::sqrt(sum);
}

Result<void> Trainer::checkFinite(const TrainingStep& step) const
{
    const std::string hint = "Try a smaller rate.";
    if (!std::isfinite(step.loss))
        return Error{
            "diverged",
            fmt::format("The loss is {} after {}.", step.loss, counted(step.number, "step")), hint};
    for (size_t i = 0; i < step.weights.size(); ++i)
        if (!std::isfinite(step.weights[i].gradientNorm))
            return Error{"diverged",
                         fmt::format("The gradient of '{}' is not finite after {}.",
                                     printable(m_plan->graph().value(m_weights[i].weight).name),
                                     counted(step.number, "step")),
                         hint};
    return {};
}

void Trainer::update()
{
    std::vector<Tensor> next;
    for (const Slot& slot : m_slots)
        if (Result<Tensor> made = m_executor->value({slot.next, {}}, m_plan->size()))
            next.push_back(std::move(*made));
    for (size_t i = 0; i < next.size(); ++i) {
        Tensor& held = m_feeds.at(m_slots[i].input);
        std::memcpy(held.mutableBytes(), next[i].bytes(), held.byteCount());
    }
    ++m_number;
    *m_feeds.at(m_count).mutableData<int64_t>() = m_number + 1;
    if (m_draw != kNoValue) // each step draws anew (SEMANTICS R12b)
        m_feeds.at(m_draw).mutableData<int64_t>()[1] = m_number;
}

}
