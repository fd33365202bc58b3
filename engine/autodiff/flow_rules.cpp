#include "engine/autodiff/flow_rules.h"

#include "engine/ops/registry.h"
#include "engine/ops/stop_gradient.h"

#include <algorithm>

namespace backstep {

bool mayCarry(const Graph& graph, ValueId value)
{
    if (value == kNoValue)
        return false;
    const DType dtype = graph.value(value).type.dtype;
    return isFloating(dtype) || dtype == DType::Undefined;
}

GradientState stateOf(const Graph& graph, const Node& node, const GradientTable& table,
                      const FlowRules& rules)
{
    if (table.custom(node.id).empty())
        return ownStateOf(graph, node, rules);
    return table.isCut(node.id) ? GradientState::CutOnPurpose : GradientState::Custom;
}

GradientState ownStateOf(const Graph& graph, const Node& node, const FlowRules& rules)
{
    if (node.op == stopGradientOp())
        return GradientState::CutOnPurpose;
    const auto judged = rules.ops.find(number(node.id));
    if (judged != rules.ops.end())
        return judged->second.state;
    if (node.problem)
        return node.problem->kind == NodeProblem::UnknownOp ? GradientState::UnknownOp
                                                            : GradientState::Refused;
    const bool hasFloatingOutput =
        std::any_of(node.outputs.begin(), node.outputs.end(),
                    [&](ValueId output) { return mayCarry(graph, output); });
    if (!hasFloatingOutput && !node.outputs.empty())
        return GradientState::DtypeCarriesNone;
    if (node.isScan())
        return GradientState::Converted;
    const OpDef* def = operators().find(node.op);
    if (!def)
        return GradientState::UnknownOp;
    if (def->gradient.isZero())
        return GradientState::ZeroEverywhere;
    if (def->gradient.isDeclaredNone())
        return GradientState::NotDifferentiable;
    return def->gradient.isMissing() ? GradientState::NoRule : GradientState::Converted;
}

bool isBlocking(GradientState state)
{
    return state == GradientState::NoRule || state == GradientState::UnknownOp ||
           state == GradientState::Refused;
}

Presence passed(Presence arriving, GradientState state, NodeId node, CutSets& sets)
{
    if (isBlocking(state)) {
        if (arriving.flow != Flow::None) {
            arriving.flow = Flow::Blocked;
            arriving.cuts = sets.with(arriving.cuts, node);
        }
    } else if (state == GradientState::ZeroEverywhere) {
        if (arriving.flow != Flow::None) {
            arriving.flow = Flow::Zero;
            arriving.cuts = sets.with(arriving.cuts, node);
        }
    } else if (state == GradientState::NotDifferentiable || state == GradientState::CutOnPurpose ||
               state == GradientState::DtypeCarriesNone) {
        arriving.flow = Flow::None;
        arriving.cuts = sets.with(arriving.cuts, node);
    }
    return arriving;
}

}
