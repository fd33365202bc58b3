#include "engine/autodiff/differentiator.h"

#include "engine/graph/assumed_types.h"
#include "engine/ops/at_timesteps.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

Differentiator::Differentiator(Graph& graph, const FlowAnalysis& flow, const GradientTable& table,
                               IdBook& book, uint32_t order)
    : AdjointPass(graph), m_flow(flow), m_table(table), m_book(book), m_order(order)
{}

Result<std::map<ValueId, ValueId>> Differentiator::run(ValueId loss,
                                                       std::span<const ValueId> targets)
{
    Context top{kTopRegion, kTopRegion, {}, {}};
    if (loss != kNoValue && isEmitted(loss)) {
        GraphBuilder seed = builderFor(kTopRegion, graph().value(loss).producer);
        const TensorType type = graph().value(loss).type;
        addPart(top, loss,
                seed.constant(Tensor::scalar(1, type.dtype).reshaped(type.shape), "dloss"));
        emitRegion(top);
    }
    for (ValueId target : targets)
        total(top, target, builderFor(kTopRegion, kNoNode));
    if (error())
        return Error(*error());
    return std::move(m_cotangents);
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

void Differentiator::emitNode(Context& context, const Node& forward)
{
    const Node node = forward; // the arena moves while nodes are added
    GraphBuilder builder = builderFor(context.backward, node.id);
    const std::vector<Value> cotangents = cotangentsOf(context, node, builder);
    if (cotangents.empty())
        return;
    std::vector<bool> wanted;
    for (ValueId input : node.inputs)
        wanted.push_back(input != kNoValue && isEmitted(input));
    const OpReport& report = m_flow.report.at(node.id);
    const auto emit = [&](const StandingRule& rule) {
        emitRule(context, node, rule, wanted, cotangents, builder);
    };
    const bool isGiven = report.state == GradientState::Custom || m_table.isCut(node.id);
    if (isGiven && report.state != GradientState::OffPath) {
        for (const CustomGradient& custom : m_table.custom(node.id))
            emit({custom.isCut() ? GradientState::CutOnPurpose : GradientState::Custom, &custom,
                  custom.steps});
        if (report.elsewhereAt)
            emit({report.elsewhere, nullptr, report.elsewhereAt});
    } else {
        emit({report.state, nullptr, node.onlyAt});
    }
    keepError(builder.error());
}

// What runs at some timesteps alone leaves through AtTimesteps, so that what others give can be
// added to it at every timestep.
void Differentiator::emitRule(Context& context, const Node& node, const StandingRule& rule,
                              const std::vector<bool>& wanted, const std::vector<Value>& cotangents,
                              GraphBuilder& builder)
{
    builder.runOnlyAt(rule.steps);
    const Parts parts = readsAssumedType(graph(), node)
                            ? partsOfAssumed(context, node, rule, wanted, cotangents, builder)
                            : partsOf(node, rule, wanted, cotangents, builder);
    builder.runOnlyAt(nullptr);
    for (const auto& [input, part] : parts)
        if (part.isPresent())
            addPart(context, node.inputs[input],
                    rule.steps ? atTimesteps(builder, part, *rule.steps) : part);
}

Differentiator::Parts Differentiator::partsOf(const Node& node, const StandingRule& rule,
                                              const std::vector<bool>& wanted,
                                              const std::vector<Value>& cotangents,
                                              GraphBuilder& builder)
{
    Parts parts;
    switch (rule.state) {
    case GradientState::ZeroEverywhere:
        return zeroParts(node, wanted, cotangents, builder);
    case GradientState::Custom:
        return customParts(node, *rule.custom, wanted, cotangents, builder);
    case GradientState::Converted:
    case GradientState::Starved: {
        const OpDef& def = *operators().find(node.op);
        GradientScope scope(
            builder, node, def, cotangents, wanted,
            [&](size_t input, const Value& part) { parts.emplace_back(input, part); });
        def.gradient.function()(scope);
        return parts;
    }
    case GradientState::OffPath:
        return parts;
    default:
        emitBreak(cotangents, builder);
        return parts;
    }
}

Differentiator::Parts Differentiator::zeroParts(const Node& node, const std::vector<bool>& wanted,
                                                const std::vector<Value>& cotangents,
                                                GraphBuilder& builder)
{
    Parts parts;
    const Value dy = *std::find_if(cotangents.begin(), cotangents.end(),
                                   [](const Value& v) { return v.isPresent(); });
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (!wanted[i])
            continue;
        const std::span<const int64_t> sizes = graph().value(node.inputs[i]).type.shape.sizes();
        parts.emplace_back(
            i, builder.helper(std::string(kZeroGradient), {dy},
                              {{"shape", std::vector<int64_t>(sizes.begin(), sizes.end())}}));
    }
    return parts;
}

void Differentiator::emitBreak(const std::vector<Value>& cotangents, GraphBuilder& builder)
{
    std::vector<Value> present;
    for (const Value& each : cotangents)
        if (each.isPresent())
            present.push_back(each);
    builder.addAll({std::string(kGradientBreak), std::string(kHelperDomain)}, present, {}, 0);
}

Differentiator::Parts Differentiator::customParts(const Node& node, const CustomGradient& custom,
                                                  const std::vector<bool>& wanted,
                                                  const std::vector<Value>& cotangents,
                                                  GraphBuilder& builder)
{
    static const OpDef foreign; // ports are not asked for: expressions bind by number
    const OpDef* def = operators().find(node.op);
    GradientScope scope(builder, node, def ? *def : foreign, cotangents, wanted,
                        [&](size_t, const Value&) {});
    const std::vector<Value> given = custom.build(scope);
    Parts parts;
    for (size_t i = 0; i < given.size() && i < node.inputs.size(); ++i)
        if (wanted[i] && given[i].isPresent())
            parts.emplace_back(i, fitted(builder, node.inputs[i], given[i]));
    return parts;
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
    Differentiated result{graph, {}};
    Differentiator differentiator(result.graph, flow, table, book, order);
    Result<std::map<ValueId, ValueId>> cotangents = differentiator.run(loss, targets);
    if (!cotangents)
        return cotangents.takeError();
    result.cotangents = std::move(*cotangents);
    return result;
}

}
