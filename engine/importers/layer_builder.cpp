#include "engine/importers/layer_builder.h"

#include "engine/base/text.h"
#include "engine/formats/onnx_file.h"

#include "engine/formats/onnx.pb.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using onnx::AttributeProto;

void declare(onnx::ValueInfoProto& info, const std::string& name, DType dtype,
             const std::vector<TextDimension>& dimensions)
{
    info.set_name(name);
    auto* type = info.mutable_type()->mutable_tensor_type();
    type->set_elem_type(static_cast<int>(dtype));
    type->mutable_shape(); // a scalar has a shape too
    for (const TextDimension& dimension : dimensions) {
        auto* size = type->mutable_shape()->add_dim();
        if (dimension.name.empty())
            size->set_dim_value(dimension.size);
        else
            size->set_dim_param(dimension.name);
    }
}

AttributeProto& addAttribute(onnx::NodeProto& node, const char* name,
                             AttributeProto::AttributeType type)
{
    AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
}

int gateCount(std::string_view op)
{
    return op == "LSTM" ? 4 : op == "GRU" ? 3 : 1;
}

/// "SimpleRNN" to "simple_rnn", as Keras names its layers.
std::string layerName(std::string_view name)
{
    return name == "SimpleRNN" ? "simple_rnn" : lowered(name);
}

}

LayerBuilder::LayerBuilder(onnx::GraphProto& graph, const ModelText& text, uint32_t seed)
    : m_graph(graph), m_weights(seed, isFloating(text.dtype) ? text.dtype : DType::Float32),
      m_dtype(text.dtype), m_dimensions(text.dimensions), m_current(text.input)
{
    declare(*graph.add_input(), text.input, text.dtype, text.dimensions);
}

Result<void> LayerBuilder::add(const LayerCall& call)
{
    m_layer = uniqueName(layerName(call.def->name));
    switch (call.def->kind) {
    case LayerKind::Embedding:
        return addEmbedding(call);
    case LayerKind::Recurrent:
        return addRecurrent(call);
    case LayerKind::Dense:
        return addDense(call);
    case LayerKind::Unary:
        return addUnary(call);
    case LayerKind::Loss:
        break;
    }
    return {};
}

void LayerBuilder::finish()
{
    declare(*m_graph.add_output(), m_current, m_dtype, m_dimensions);
}

Result<void> LayerBuilder::addEmbedding(const LayerCall& call)
{
    if (isFloating(m_dtype))
        return wants(call, "token ids (int32 or int64)");
    const int64_t rows = call.counts.at("input_dim"), columns = call.counts.at("output_dim");
    if (m_dimensions.size() >= kMaxRank)
        return wants(call, "fewer dimensions");
    if (Result<void> reserved = reserve(call, rows * columns); !reserved)
        return reserved;
    const std::string table =
        addWeight("table", m_weights.uniform({rows, columns}, 0.05)); // as Keras does
    const std::string ids = std::exchange(m_current, table);
    addNode("Gather", {ids});
    m_dtype = m_weights.dtype();
    m_dimensions.push_back({"", columns});
    return {};
}

/// As many as a small Embedding gives: the weights fit once ids and an Embedding stand before.
constexpr int64_t kTextFeatures = 8;

/// The layer fed with words, as they are: wrong on purpose, so that the report can say how.
Result<void> LayerBuilder::addRecurrentOnText(const LayerCall& call)
{
    if (m_dimensions.empty())
        return wants(call, "at least one word");
    const std::string op(call.def->op);
    const int64_t units = call.counts.at("units"), rows = gateCount(op) * units;
    if (Result<void> reserved = reserve(call, rows * (units + kTextFeatures)); !reserved)
        return reserved;
    const std::string w =
        addWeight("W", m_weights.glorotUniform({1, rows, kTextFeatures}, kTextFeatures, rows));
    const std::string r = addWeight("R", m_weights.orthogonal({1, rows, units}, rows, units));
    onnx::NodeProto& node = addNode(op, {w, r});
    addAttribute(node, "hidden_size", AttributeProto::INT).set_i(units);
    node.set_output(0, "");
    node.add_output(m_current = node.name() + ":1");
    m_dtype = m_weights.dtype();
    // What it would give, were its input numbers: layers behind it are checked as usual.
    declare(*m_graph.add_value_info(), m_current, m_dtype, {{"", 1}, m_dimensions[0], {"", units}});
    addNode("Squeeze", {addInts("direction_axis", {0})});
    m_dimensions = {m_dimensions[0], {"", units}};
    return {};
}

Result<void> LayerBuilder::addRecurrent(const LayerCall& call)
{
    if (m_dtype == DType::String)
        return addRecurrentOnText(call);
    const bool isSequence = m_dimensions.size() == 3 && m_dimensions[2].name.empty();
    if (!isSequence || !isFloating(m_dtype))
        return wants(call,
                     "floating numbers [batch, time, features] with a fixed number of features");
    const std::string op(call.def->op);
    const int64_t units = call.counts.at("units"), features = m_dimensions[2].size;
    const int64_t gates = gateCount(op), rows = gates * units;
    const bool isLstm = op == "LSTM";

    if (Result<void> reserved = reserve(call, rows * (features + units)); !reserved)
        return reserved;

    addTranspose(); // ONNX runs over axis 0
    const std::string w =
        addWeight("W", m_weights.glorotUniform({1, rows, features}, features, rows));
    const std::string r = addWeight("R", m_weights.orthogonal({1, rows, units}, rows, units));
    // Gates stand as i, o, f, c: the forget gate starts open.
    const std::string b = addWeight(
        "B", m_weights.zerosWith({1, 2 * rows}, isLstm ? 2 * units : 0, isLstm ? units : 0, 1));
    onnx::NodeProto& node = addNode(op, {w, r, b});
    addAttribute(node, "hidden_size", AttributeProto::INT).set_i(units);
    if (op == "GRU") // as Keras (reset_after) and PyTorch compute it
        addAttribute(node, "linear_before_reset", AttributeProto::INT).set_i(1);

    if (call.flag("return_sequences", true)) {
        addNode("Squeeze", {addInts("direction_axis", {1})});
        addTranspose();
        m_dimensions[2] = {"", units};
    } else {
        node.set_output(0, "");
        node.add_output(m_current = node.name() + ":1");
        addNode("Squeeze", {addInts("direction_axis", {0})});
        m_dimensions = {m_dimensions[0], {"", units}};
    }
    return {};
}

Result<void> LayerBuilder::addDense(const LayerCall& call)
{
    const bool hasFeatures = !m_dimensions.empty() && m_dimensions.back().name.empty();
    if (!hasFeatures || !isFloating(m_dtype) || m_dimensions.size() < 2)
        return wants(call,
                     "floating numbers [batch, ..., features] with a fixed number of features");
    const int64_t features = m_dimensions.back().size, units = call.counts.at("units");
    if (Result<void> reserved = reserve(call, features * units); !reserved)
        return reserved;
    addNode("MatMul",
            {addWeight("kernel", m_weights.glorotUniform({features, units}, features, units))});
    m_dimensions.back() = {"", units};
    if (call.flag("use_bias", true))
        addNode("Add", {addWeight("bias", m_weights.zerosWith({units}, 0, 0, 0))});
    if (!call.activation.empty())
        addUnaryNode(call.activation);
    return {};
}

Result<void> LayerBuilder::addUnary(const LayerCall& call)
{
    if (!isFloating(m_dtype))
        return wants(call, "floating numbers");
    addUnaryNode(std::string(call.def->op));
    return {};
}

void LayerBuilder::addUnaryNode(const std::string& op)
{
    onnx::NodeProto& node = addNode(op);
    if (op == "Softmax")
        addAttribute(node, "axis", AttributeProto::INT).set_i(-1);
}

void LayerBuilder::addTranspose()
{
    onnx::NodeProto& node = addNode("Transpose");
    AttributeProto& permutation = addAttribute(node, "perm", AttributeProto::INTS);
    for (const int64_t axis : {1, 0, 2})
        permutation.add_ints(axis);
}

onnx::NodeProto& LayerBuilder::addNode(const std::string& op,
                                       const std::vector<std::string>& moreInputs)
{
    onnx::NodeProto& node = *m_graph.add_node();
    node.set_name(uniqueName(m_layer + "/" + op));
    node.set_op_type(op);
    node.add_input(m_current);
    for (const std::string& input : moreInputs)
        node.add_input(input);
    m_current = node.name() + ":0";
    node.add_output(m_current);
    return node;
}

std::string LayerBuilder::addWeight(const std::string& name, const Tensor& content)
{
    const std::string path = m_layer + "/" + name;
    *m_graph.add_initializer() = protoOf(content, path);
    return path;
}

std::string LayerBuilder::addInts(const std::string& name, const std::vector<int64_t>& numbers)
{
    return addWeight(name, Tensor::ints(numbers));
}

Result<void> LayerBuilder::reserve(const LayerCall& call, int64_t weightCount)
{
    constexpr int64_t most = int64_t{1} << 27; // half a gigabyte in float32
    if (weightCount > most - m_weightCount)
        return modelTextError(fmt::format("{} brings the model to more than {} weights; expected "
                                          "smaller sizes",
                                          call.def->name, most),
                              call.column);
    m_weightCount += weightCount;
    return {};
}

std::string LayerBuilder::uniqueName(const std::string& base)
{
    const int earlier = m_nameCounts[base]++;
    return earlier == 0 ? base : fmt::format("{}_{}", base, earlier);
}

Error LayerBuilder::wants(const LayerCall& call, std::string_view what) const
{
    return modelTextError(
        fmt::format("{} expected {} and gets {}", call.def->name, what, currentText()),
        call.column);
}

std::string LayerBuilder::currentText() const
{
    std::vector<std::string> sizes;
    for (const TextDimension& dimension : m_dimensions)
        sizes.push_back(dimension.name.empty() ? std::to_string(dimension.size) : dimension.name);
    return fmt::format("{} [{}]", nameOf(m_dtype), join(sizes, ", "));
}

}
