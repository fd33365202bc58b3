// The adjoint of a Scan: a Scan that runs the other way on the same timeline (ARCHITECTURE joints 1
// to 3, 6).

#include "engine/autodiff/adjoint_pass.h"

namespace backstep {

void AdjointPass::emitScan(Context& outer, const Node& forward)
{
    const Node node = forward;
    GraphBuilder builder = builderFor(outer.backward, node.id);
    std::vector<Value> cotangents = cotangentsOf(outer, node, builder);
    if (cotangents.empty() && !hasResidualParts(node.body))
        return;
    cotangents.resize(node.outputs.size());
    const Region body = graph().region(node.body);
    Origin origin = builder.origin();
    ScanBuilder adjoint(
        builder, body.timeline,
        body.direction == Direction::Forward ? Direction::Reverse : Direction::Forward, origin);
    Context inner{node.body, adjoint.region(), {}, {}};
    for (const auto& [value, parts] : m_residualParts)
        if (graph().value(value).region == node.body)
            inner.parts[value] = parts;
    const std::vector<CarryPlan> carries =
        seedBody(inner, adjoint, builder, node, body, cotangents);
    emitRegion(inner);
    closeScan(outer, inner, adjoint, node, body, carries);
    keepError(builder.error());
}

std::vector<AdjointPass::CarryPlan> AdjointPass::seedBody(Context& inner, ScanBuilder& adjoint,
                                                          GraphBuilder& builder, const Node& node,
                                                          const Region& body,
                                                          const std::vector<Value>& cotangents)
{
    std::vector<CarryPlan> carries;
    for (size_t i = 0; i < body.carries.size(); ++i) {
        const Carry& carry = body.carries[i];
        if (!isEmitted(carry.next) || !(cotangents[i].isPresent() || isEmitted(carry.in)))
            continue;
        // A carry that nobody uses at the end starts at zero (SEMANTICS R8).
        const Value initial =
            cotangents[i].isPresent()
                ? cotangents[i]
                : builder.constant(Tensor(graph().value(node.outputs[i]).type), "zero");
        const Value in = adjoint.carry(initial, "d" + graph().value(carry.in).name);
        carries.push_back({i, in});
        addPart(inner, carry.next, in);
    }
    const size_t firstStacked = body.carries.size();
    for (size_t i = 0; i < body.stepOutputs.size(); ++i)
        if (const Value& dy = cotangents[firstStacked + i]; dy.isPresent())
            addPart(inner, body.stepOutputs[i], adjoint.stepInput(dy, "dy"));
    const size_t firstSum = firstStacked + body.stepOutputs.size();
    for (size_t i = 0; i < body.sums.size(); ++i)
        if (const Value& dy = cotangents[firstSum + i]; dy.isPresent())
            addPart(inner, body.sums[i], adjoint.body().use(dy.id()));
    return carries;
}

void AdjointPass::closeScan(Context& outer, Context& inner, ScanBuilder& adjoint, const Node& node,
                            const Region& body, const std::vector<CarryPlan>& carries)
{
    const auto inBody = [&] { return builderFor(inner.backward, node.id); };
    GraphBuilder bodyBuilder = inBody();
    for (const CarryPlan& carry : carries) {
        Value next = total(inner, body.carries[carry.index].in, inBody());
        if (!next.isPresent())
            next = bodyBuilder.constant(Tensor(carry.in.type()), "zero");
        adjoint.setNext(carry.in, next);
    }
    std::vector<size_t> sequences;
    std::vector<Value> stepOutputs, sums;
    for (size_t i = 0; i < body.stepInputs.size(); ++i) {
        const Value dx = total(inner, body.stepInputs[i], inBody());
        if (!dx.isPresent())
            continue;
        sequences.push_back(body.carries.size() + i);
        stepOutputs.push_back(adjoint.body().use(dx.id()));
    }
    std::vector<ValueId> capturedValues;
    for (const auto& [value, parts] : inner.captured) {
        GraphBuilder builder = inBody();
        capturedValues.push_back(value);
        sums.push_back(adjoint.body().use(addedUp(builder, parts).id()));
        keepError(builder.error());
    }
    keepError(adjoint.body().error());
    if (m_error)
        return;
    const ScanBuilder::Results results = adjoint.close(stepOutputs, sums);
    for (size_t i = 0; i < carries.size(); ++i)
        addPart(outer, node.inputs[carries[i].index], results.finals[i]);
    for (size_t i = 0; i < sequences.size(); ++i)
        addPart(outer, node.inputs[sequences[i]], results.stacked[i]);
    for (size_t i = 0; i < capturedValues.size(); ++i)
        addPart(outer, capturedValues[i], results.sums[i]);
}

}
