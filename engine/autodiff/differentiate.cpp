#include "engine/autodiff/differentiator.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

Differentiator::Differentiator(const Graph& graph, const FlowAnalysis& flow,
                               const GradientTable& table, IdBook& book, uint32_t order)
    : m_flow(flow), m_table(table), m_book(book), m_order(order)
{
    m_result.graph = graph;
}

Result<Differentiated> Differentiator::run(ValueId loss, std::span<const ValueId> targets)
{
    Context top{kTopRegion, kTopRegion, {}, {}};
    if (loss != kNoValue && m_flow.isEmitted(loss)) {
        GraphBuilder seed = builderFor(kTopRegion, graph().value(loss).producer);
        const TensorType type = graph().value(loss).type;
        const Value one =
            seed.constant(Tensor::scalar(1, type.dtype).reshaped(type.shape), "dloss");
        top.parts[loss].push_back(one.id());
        emitRegion(top);
    }
    for (ValueId target : targets)
        total(top, target, builderFor(kTopRegion, kNoNode));
    if (m_error)
        return Error(*m_error);
    return std::move(m_result);
}

GraphBuilder Differentiator::builderFor(RegionId region, NodeId primal)
{
    Origin origin;
    origin.phase = Phase::Backward;
    if (primal != kNoNode) {
        const Origin& own = graph().node(primal).origin;
        origin.name = "∇" + own.name;
        origin.layer = own.layer;
        origin.source = own.source;
        origin.primal = primal;
    } else {
        origin.name = "∇sum";
    }
    uint32_t& ordinal = m_ordinals[primal];
    return GraphBuilder(graph(), region, origin, {&m_book, primal, m_order, &ordinal});
}

void Differentiator::keepError(const GraphBuilder& builder)
{
    if (builder.error() && !m_error)
        m_error = builder.error();
}

void Differentiator::addPart(Context& context, ValueId value, const Value& cotangent)
{
    if (!cotangent.isPresent() || !m_flow.isEmitted(value))
        return;
    const RegionId home = graph().value(value).region;
    if (home == context.forward)
        context.parts[value].push_back(cotangent.id());
    else if (home != kTopRegion &&
             graph().region(home).timeline == graph().region(context.forward).timeline)
        m_residualParts[value].push_back(cotangent.id());
    else
        context.captured[value].push_back(cotangent.id());
}

bool Differentiator::hasResidualParts(RegionId body) const
{
    return std::any_of(m_residualParts.begin(), m_residualParts.end(), [&](const auto& parts) {
        return graph().isInside(graph().value(parts.first).region, body);
    });
}

Value Differentiator::addedUp(GraphBuilder& builder, const std::vector<ValueId>& parts)
{
    Value sum;
    for (ValueId part : parts)
        sum = sum.isPresent() ? sum + builder.use(part) : builder.use(part);
    return sum;
}

Value Differentiator::total(Context& context, ValueId value, GraphBuilder builder)
{
    const auto found = context.parts.find(value);
    if (found == context.parts.end())
        return {};
    const Value sum = addedUp(builder, found->second);
    keepError(builder);
    found->second = {sum.id()};
    m_result.cotangents[value] = sum.id();
    return Value(nullptr, sum.id());
}

void Differentiator::emitRegion(Context& context)
{
    const std::vector<NodeId> nodes = graph().region(context.forward).nodes;
    for (auto id = nodes.rbegin(); id != nodes.rend() && !m_error; ++id) {
        if (m_order == 1 && graph().node(*id).origin.phase == Phase::Backward)
            continue;
        if (graph().node(*id).isScan())
            emitScan(context, graph().node(*id));
        else
            emitNode(context, graph().node(*id));
    }
}

std::vector<Value> Differentiator::cotangentsOf(Context& context, const Node& node,
                                                GraphBuilder& builder)
{
    std::vector<Value> all;
    bool anyPresent = false;
    for (ValueId output : node.outputs) {
        const Value one = output == kNoValue ? Value() : total(context, output, builder);
        anyPresent = anyPresent || one.isPresent();
        all.push_back(one.isPresent() ? builder.use(one.id()) : Value());
    }
    return anyPresent ? all : std::vector<Value>{};
}

void Differentiator::emitNode(Context& context, const Node& forward)
{
    const Node node = forward; // the arena moves while nodes are added
    GraphBuilder builder = builderFor(context.backward, node.id);
    const std::vector<Value> cotangents = cotangentsOf(context, node, builder);
    if (cotangents.empty())
        return;
    std::vector<bool> wanted;
    for (ValueId input : node.inputs)
        wanted.push_back(input != kNoValue && m_flow.isEmitted(input));
    const OpDef* def = operators().find(node.op);
    switch (m_flow.report.at(node.id).state) {
    case GradientState::ZeroEverywhere:
        emitZeros(context, node, wanted, cotangents, builder);
        break;
    case GradientState::Custom:
        emitCustom(context, node, wanted, cotangents, builder);
        break;
    case GradientState::Converted:
    case GradientState::Starved: {
        GradientScope scope(
            builder, node, *def, cotangents, wanted,
            [&](size_t input, const Value& part) { addPart(context, node.inputs[input], part); });
        def->gradient.function()(scope);
        break;
    }
    case GradientState::OffPath:
        break;
    default:
        emitBreak(cotangents, builder);
        break;
    }
    keepError(builder);
}

void Differentiator::emitZeros(Context& context, const Node& node, const std::vector<bool>& wanted,
                               const std::vector<Value>& cotangents, GraphBuilder& builder)
{
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (!wanted[i])
            continue;
        const Shape& shape = graph().value(node.inputs[i]).type.shape;
        const Value dy = *std::find_if(cotangents.begin(), cotangents.end(),
                                       [](const Value& v) { return v.isPresent(); });
        addPart(context, node.inputs[i],
                builder.helper(std::string(kZeroGradient), {dy},
                               {{"shape", std::vector<int64_t>(shape.begin(), shape.end())}}));
    }
}

void Differentiator::emitBreak(const std::vector<Value>& cotangents, GraphBuilder& builder)
{
    std::vector<Value> present;
    for (const Value& each : cotangents)
        if (each.isPresent())
            present.push_back(each);
    builder.addAll({std::string(kGradientBreak), std::string(kHelperDomain)}, present, {}, 0);
}

void Differentiator::emitCustom(Context& context, const Node& node, const std::vector<bool>& wanted,
                                const std::vector<Value>& cotangents, GraphBuilder& builder)
{
    static const OpDef foreign; // ports are not asked for: expressions bind by number
    const OpDef* def = operators().find(node.op);
    GradientScope scope(builder, node, def ? *def : foreign, cotangents, wanted,
                        [&](size_t, const Value&) {});
    const std::vector<Value> parts = m_table.custom(node.id)->build(scope);
    for (size_t i = 0; i < parts.size() && i < node.inputs.size(); ++i)
        if (wanted[i] && parts[i].isPresent())
            addPart(context, node.inputs[i], fitted(builder, node.inputs[i], parts[i]));
}

Value Differentiator::fitted(GraphBuilder& builder, ValueId input, Value part)
{
    const TensorType wanted = graph().value(input).type;
    Result<Shape> common = broadcastShapes(part.shape(), wanted.shape);
    if (!common || !(*common == part.shape())) {
        builder.fail({"gradient-shape",
                      fmt::format("the gradient is {} and its input {}; the gradient must have "
                                  "the input's shape",
                                  part.shape().text(), wanted.shape.text()),
                      "Add `+ tf.zeros_like(x)` or use x or dy in the expression."});
        return {};
    }
    part = unbroadcast(part, wanted.shape);
    if (part.isPresent() && part.dtype() != wanted.dtype)
        part = builder.add("Cast", {part}, {{"to", static_cast<int64_t>(wanted.dtype)}});
    return part;
}

Result<Differentiated> differentiate(const Graph& graph, ValueId loss,
                                     std::span<const ValueId> targets, const FlowAnalysis& flow,
                                     const GradientTable& table, IdBook& book, uint32_t order)
{
    return Differentiator(graph, flow, table, book, order).run(loss, targets);
}

}
