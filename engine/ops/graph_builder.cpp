#include "engine/ops/graph_builder.h"

#include "engine/ops/call_operands.h"

#include <fmt/format.h>

namespace backstep {

const TensorType& Value::type() const
{
    static const TensorType none;
    return isPresent() ? m_builder->graph().value(m_id).type : none;
}

GraphBuilder::GraphBuilder(Graph& graph, RegionId region, Origin origin, DerivedIds ids)
    : m_graph(graph), m_region(region), m_origin(std::move(origin)), m_ids(ids)
{}

void GraphBuilder::fail(Error error)
{
    if (!m_error)
        m_error = std::move(error);
}

uint32_t GraphBuilder::derived(IdBook::Kind kind)
{
    if (!m_ids.book)
        return 0xffffffff; // kNo...: the graph takes its next forward id
    return m_ids.book->idFor({kind, m_region, m_ids.primal, m_ids.order, (*m_ids.ordinal)++});
}

Value GraphBuilder::declare(ValueInfo info)
{
    info.region = m_region;
    if (info.id == kNoValue)
        info.id = ValueId{derived(IdBook::Kind::Value)};
    return Value(this, m_graph.addValue(std::move(info)));
}

Value GraphBuilder::constant(Tensor content, std::string name)
{
    ValueInfo info;
    info.kind = ValueKind::Constant;
    info.type = content.type();
    info.name = std::move(name);
    info.content = std::move(content);
    return declare(std::move(info));
}

Value GraphBuilder::scalar(double value, const Value& like)
{
    return constant(Tensor::scalar(value, like.dtype()));
}

NodeId GraphBuilder::place(Node node)
{
    if (node.id == kNoNode)
        node.id = NodeId{derived(IdBook::Kind::Node)};
    node.region = m_region;
    node.onlyAt = node.isScan() ? nullptr : m_onlyAt; // a Scan runs whole
    const Origin given = node.origin;
    node.origin = m_origin;
    if (!given.name.empty())
        node.origin.name = given.name;
    return m_graph.addNode(std::move(node));
}

RegionId GraphBuilder::newRegion(Region region)
{
    region.parent = m_region;
    if (m_ids.book)
        region.id = RegionId{derived(IdBook::Kind::Region)};
    return m_graph.addRegion(std::move(region));
}

Value GraphBuilder::add(std::string op, std::vector<Value> inputs, Attributes attributes)
{
    std::vector<Value> all = addAll({std::move(op)}, std::move(inputs), std::move(attributes), 1);
    return all.empty() ? Value() : all[0];
}

Value GraphBuilder::helper(std::string op, std::vector<Value> inputs, Attributes attributes)
{
    std::vector<Value> all = addAll({std::move(op), std::string(kHelperDomain)}, std::move(inputs),
                                    std::move(attributes), 1);
    return all.empty() ? Value() : all[0];
}

std::vector<Value> GraphBuilder::addAll(OpName op, std::vector<Value> inputs, Attributes attributes,
                                        size_t outputCount)
{
    if (m_error)
        return {};
    const OpDef* def = operators().find(op);
    if (!def) {
        fail({"unknown-op", fmt::format("There is no operator '{}'.", op.type)});
        return {};
    }
    Node node;
    for (const Value& input : inputs)
        node.inputs.push_back(input.id());
    const CallOperands operands(m_graph, node.inputs);
    Result<std::vector<TensorType>> outputs =
        inferTypes(*def, operands.call(attributes, outputCount));
    if (!outputs) {
        fail(outputs.takeError().during("building " + op.type));
        return {};
    }
    if (def->expand) {
        node.op = std::move(op);
        node.attributes = std::move(attributes);
        node.origin = m_origin;
        node.outputs.resize(outputCount, kNoValue);
        Result<std::vector<Value>> made = def->expand(*this, node, inputs);
        if (!made) {
            fail(made.takeError().during("building " + node.op.type));
            return {};
        }
        made->resize(std::min(made->size(), outputCount));
        return std::move(*made);
    }
    std::vector<Value> results;
    for (const TensorType& type : *outputs) {
        ValueInfo info;
        info.type = type;
        results.push_back(declare(std::move(info)));
        node.outputs.push_back(results.back().id());
    }
    node.op = std::move(op);
    node.attributes = std::move(attributes);
    place(std::move(node));
    return results;
}

namespace {
Value binary(const char* op, const Value& a, const Value& b)
{
    return a.builder().add(op, {a, b});
}
}

// An absent operand means that the builder has failed already: stay absent.
#define BACKSTEP_OPERATOR(symbol, name)                                                            \
    Value operator symbol(const Value& a, const Value& b)                                          \
    {                                                                                              \
        return a.isPresent() && b.isPresent() ? binary(name, a, b) : Value();                      \
    }                                                                                              \
    Value operator symbol(const Value& a, double b)                                                \
    {                                                                                              \
        return a.isPresent() ? binary(name, a, a.builder().scalar(b, a)) : Value();                \
    }
BACKSTEP_OPERATOR(+, "Add")
BACKSTEP_OPERATOR(-, "Sub")
BACKSTEP_OPERATOR(*, "Mul")
BACKSTEP_OPERATOR(/, "Div")
#undef BACKSTEP_OPERATOR

Value operator-(const Value& a)
{
    return a.isPresent() ? a.builder().add("Neg", {a}) : Value();
}

Value operator*(double a, const Value& b)
{
    return b * a;
}

Value operator-(double a, const Value& b)
{
    return b.isPresent() ? binary("Sub", b.builder().scalar(a, b), b) : Value();
}

Value operator/(double a, const Value& b)
{
    return b.isPresent() ? binary("Div", b.builder().scalar(a, b), b) : Value();
}

Value unbroadcast(const Value& gradient, const Shape& shape)
{
    if (!gradient.isPresent() || gradient.shape() == shape)
        return gradient;
    const Shape& wide = gradient.shape();
    std::vector<int64_t> axes;
    const int added = wide.rank() - shape.rank();
    for (int axis = 0; axis < wide.rank(); ++axis)
        if (axis < added || (shape[axis - added] == 1 && wide[axis] != 1))
            axes.push_back(axis);
    GraphBuilder& builder = gradient.builder();
    Value sum = axes.empty() ? gradient
                             : builder.add("ReduceSum", {gradient, builder.ints(axes)},
                                           {{"keepdims", int64_t{1}}});
    return reshape(sum, shape);
}

Value reshape(const Value& value, const Shape& shape)
{
    if (!value.isPresent() || value.shape() == shape)
        return value;
    GraphBuilder& builder = value.builder();
    Attributes attributes;
    if (shape.count() == 0)
        attributes.set("allowzero", int64_t{1}); // else a 0 copies the size that stands there
    return builder.add("Reshape", {value, builder.ints({shape.begin(), shape.end()})}, attributes);
}

Value transpose(const Value& value, const std::vector<int64_t>& permutation)
{
    return value.isPresent() ? value.builder().add("Transpose", {value}, {{"perm", permutation}})
                             : Value();
}

}
