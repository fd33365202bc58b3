#include "engine/autodiff/adjoint_pass.h"

#include <algorithm>

namespace backstep {

void AdjointPass::keepError(const std::optional<Error>& error)
{
    if (error && !m_error)
        m_error = error;
}

void AdjointPass::addPart(Context& context, ValueId value, const Value& cotangent)
{
    if (!cotangent.isPresent() || !isEmitted(value))
        return;
    const RegionId home = m_graph.value(value).region;
    if (home == context.forward)
        context.parts[value].push_back(cotangent.id());
    else if (home != kTopRegion &&
             m_graph.region(home).timeline == m_graph.region(context.forward).timeline)
        m_residualParts[value].push_back(cotangent.id());
    else
        context.captured[value].push_back(cotangent.id());
}

bool AdjointPass::hasResidualParts(RegionId body) const
{
    return std::any_of(m_residualParts.begin(), m_residualParts.end(), [&](const auto& parts) {
        return m_graph.isInside(m_graph.value(parts.first).region, body);
    });
}

Value AdjointPass::addedUp(GraphBuilder& builder, const std::vector<ValueId>& parts)
{
    Value sum;
    for (ValueId part : parts)
        sum = sum.isPresent() ? sum + builder.use(part) : builder.use(part);
    return sum;
}

Value AdjointPass::total(Context& context, ValueId value, GraphBuilder builder)
{
    const auto found = context.parts.find(value);
    if (found == context.parts.end())
        return {};
    const Value sum = addedUp(builder, found->second);
    keepError(builder.error());
    found->second = {sum.id()};
    m_cotangents[value] = sum.id();
    return Value(nullptr, sum.id());
}

std::vector<Value> AdjointPass::cotangentsOf(Context& context, const Node& node,
                                             GraphBuilder& builder)
{
    std::vector<Value> all;
    bool anyPresent = false;
    for (ValueId output : node.outputs) {
        const Value one =
            output == kNoValue || isIndependent(output) ? Value() : total(context, output, builder);
        anyPresent = anyPresent || one.isPresent();
        all.push_back(one.isPresent() ? builder.use(one.id()) : Value());
    }
    return anyPresent ? all : std::vector<Value>{};
}

void AdjointPass::emitRegion(Context& context)
{
    const std::vector<NodeId> nodes = m_graph.region(context.forward).nodes;
    for (auto id = nodes.rbegin(); id != nodes.rend() && !m_error; ++id) {
        const Node& node = m_graph.node(*id);
        if (isPassedOver(node))
            continue;
        if (node.isScan())
            emitScan(context, node);
        else
            emitNode(context, node);
    }
}

}
