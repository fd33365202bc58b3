#include "engine/autodiff/differentiate.h"

#include "engine/ops/scan_builder.h"

#include <fmt/format.h>

namespace backstep {

namespace {

// Legend: S a forward Scan with body R; S' its adjoint with body R'. d(v) the cotangent of v.

/// The backward pass of one forward region, under construction.
struct Context {
    RegionId forward;  ///< R
    RegionId backward; ///< R', or the top region
    /// Contributions to values of R, and to values outside it (captured), still to be added up.
    std::map<ValueId, std::vector<ValueId>> parts, captured;
};

class Differentiator
{
public:
    Differentiator(const Graph& graph, const FlowAnalysis& flow, const GradientTable& table,
                   IdBook& book, uint32_t order)
        : m_flow(flow), m_table(table), m_book(book), m_order(order)
    {
        m_result.graph = graph;
    }

    Result<Differentiated> run(ValueId loss, std::span<const ValueId> targets)
    {
        Context top{kTopRegion, kTopRegion, {}, {}};
        if (loss != kNoValue && m_flow.isEmitted(loss)) {
            GraphBuilder seed = builderFor(kTopRegion, graph().value(loss).producer);
            const TensorType type = graph().value(loss).type;
            const Value one = seed.constant(Tensor::scalar(1, type.dtype).reshaped(type.shape), "dloss");
            top.parts[loss].push_back(one.id());
            emitRegion(top);
        }
        for (ValueId target : targets)
            total(top, target, builderFor(kTopRegion, kNoNode));
        if (m_error)
            return Error(*m_error);
        return std::move(m_result);
    }

private:
    Graph& graph() { return m_result.graph; }

    /// A builder whose nodes belong to the gradient of `primal`.
    GraphBuilder builderFor(RegionId region, NodeId primal)
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

    void keepError(const GraphBuilder& builder)
    {
        if (builder.error() && !m_error)
            m_error = builder.error();
    }

    void addPart(Context& context, ValueId value, const Value& cotangent)
    {
        if (!cotangent.isPresent() || !m_flow.isEmitted(value))
            return;
        const bool isOwn = graph().value(value).region == context.forward;
        (isOwn ? context.parts : context.captured)[value].push_back(cotangent.id());
    }

    static Value addedUp(GraphBuilder& builder, const std::vector<ValueId>& parts)
    {
        Value sum;
        for (ValueId part : parts)
            sum = sum.isPresent() ? sum + builder.use(part) : builder.use(part);
        return sum;
    }

    /// d(value) from all its contributions; absent when there is none.
    Value total(Context& context, ValueId value, GraphBuilder builder)
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

    void emitRegion(Context& context)
    {
        const std::vector<NodeId> nodes = graph().region(context.forward).nodes;
        for (auto id = nodes.rbegin(); id != nodes.rend() && !m_error; ++id) {
            if (graph().node(*id).origin.phase == Phase::Backward)
                continue;
            if (graph().node(*id).isScan())
                emitScan(context, graph().node(*id));
            else
                emitNode(context, graph().node(*id));
        }
    }

    std::vector<Value> cotangentsOf(Context& context, const Node& node, GraphBuilder& builder)
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

    void emitNode(Context& context, const Node& forward)
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
        case GradientState::ZeroEverywhere: emitZeros(context, node, wanted, cotangents, builder); break;
        case GradientState::Custom: emitCustom(context, node, wanted, cotangents, builder); break;
        case GradientState::Converted:
        case GradientState::Starved: {
            GradientScope scope(builder, node, *def, cotangents, wanted,
                                [&](size_t input, const Value& part) {
                                    addPart(context, node.inputs[input], part);
                                });
            def->gradient.function()(scope);
            break;
        }
        case GradientState::OffPath: break;
        default: emitBreak(cotangents, builder); break;
        }
        keepError(builder);
    }

    void emitZeros(Context& context, const Node& node, const std::vector<bool>& wanted,
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

    static void emitBreak(const std::vector<Value>& cotangents, GraphBuilder& builder)
    {
        std::vector<Value> present;
        for (const Value& each : cotangents)
            if (each.isPresent())
                present.push_back(each);
        builder.addAll({std::string(kGradientBreak), std::string(kHelperDomain)}, present, {}, 0);
    }

    void emitCustom(Context& context, const Node& node, const std::vector<bool>& wanted,
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

    /// A part with the type of its input: broadcasts are undone, another floating width is cast.
    Value fitted(GraphBuilder& builder, ValueId input, Value part)
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

    struct CarryPlan {
        size_t index; ///< in R.carries
        Value in;     ///< d(next) as it enters R'
    };

    void emitScan(Context& outer, const Node& forward)
    {
        const Node node = forward;
        GraphBuilder builder = builderFor(outer.backward, node.id);
        const std::vector<Value> cotangents = cotangentsOf(outer, node, builder);
        if (cotangents.empty())
            return;
        const Region body = graph().region(node.body);
        Origin origin = builder.origin();
        ScanBuilder adjoint(builder, body.timeline,
                            body.direction == Direction::Forward ? Direction::Reverse
                                                                 : Direction::Forward,
                            origin);
        Context inner{node.body, adjoint.region(), {}, {}};
        const std::vector<CarryPlan> carries =
            seedBody(inner, adjoint, builder, node, body, cotangents);
        emitRegion(inner);
        closeScan(outer, inner, adjoint, node, body, carries);
        keepError(builder);
    }

    /// Lets the cotangents of S's outputs into R'.
    std::vector<CarryPlan> seedBody(Context& inner, ScanBuilder& adjoint, GraphBuilder& builder,
                                    const Node& node, const Region& body,
                                    const std::vector<Value>& cotangents)
    {
        std::vector<CarryPlan> carries;
        for (size_t i = 0; i < body.carries.size(); ++i) {
            const Carry& carry = body.carries[i];
            if (!m_flow.isEmitted(carry.next) ||
                !(cotangents[i].isPresent() || m_flow.isEmitted(carry.in)))
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

    /// Collects what leaves R' and hands it to the outer region: carries to initials, step outputs
    /// to sequences, sums to captured values.
    void closeScan(Context& outer, Context& inner, ScanBuilder& adjoint, const Node& node,
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
            keepError(builder);
        }
        keepError(adjoint.body());
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

    Differentiated m_result;
    const FlowAnalysis& m_flow;
    const GradientTable& m_table;
    IdBook& m_book;
    uint32_t m_order;
    /// How many things each primal's gradient has made, in all regions: an adjoint Scan's builder
    /// works in two.
    std::map<NodeId, uint32_t> m_ordinals;
    std::optional<Error> m_error;
};

}

Result<Differentiated> differentiate(const Graph& graph, ValueId loss,
                                     std::span<const ValueId> targets, const FlowAnalysis& flow,
                                     const GradientTable& table, IdBook& book, uint32_t order)
{
    return Differentiator(graph, flow, table, book, order).run(loss, targets);
}

}
