#include "engine/exporters/onnx_parts.h"

#include "engine/formats/onnx_file.h"

namespace backstep {

namespace {

using onnx::AttributeProto;

AttributeProto& addAttribute(onnx::NodeProto& node, const std::string& name,
                             AttributeProto::AttributeType type)
{
    AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
}

struct Writer {
    onnx::NodeProto& node;
    const std::string& name;

    void operator()(int64_t value) const
    {
        addAttribute(node, name, AttributeProto::INT).set_i(value);
    }
    void operator()(double value) const
    {
        addAttribute(node, name, AttributeProto::FLOAT).set_f(static_cast<float>(value));
    }
    void operator()(const std::string& value) const
    {
        addAttribute(node, name, AttributeProto::STRING).set_s(value);
    }
    void operator()(const std::vector<int64_t>& values) const
    {
        AttributeProto& attribute = addAttribute(node, name, AttributeProto::INTS);
        for (const int64_t value : values)
            attribute.add_ints(value);
    }
    void operator()(const std::vector<double>& values) const
    {
        AttributeProto& attribute = addAttribute(node, name, AttributeProto::FLOATS);
        for (const double value : values)
            attribute.add_floats(static_cast<float>(value));
    }
    void operator()(const std::vector<std::string>& values) const
    {
        AttributeProto& attribute = addAttribute(node, name, AttributeProto::STRINGS);
        for (const std::string& value : values)
            attribute.add_strings(value);
    }
    void operator()(const Tensor& value) const
    {
        *addAttribute(node, name, AttributeProto::TENSOR).mutable_t() = protoOf(value, "");
    }
};

}

void declareValue(onnx::ValueInfoProto& info, const std::string& name, const TensorType& type)
{
    info.set_name(name);
    auto* tensor = info.mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(static_cast<int>(type.dtype));
    tensor->mutable_shape(); // a scalar has a shape too
    for (const int64_t size : type.shape)
        tensor->mutable_shape()->add_dim()->set_dim_value(size);
}

void writeAttribute(onnx::NodeProto& node, const std::string& name, const AttributeValue& value)
{
    std::visit(Writer{node, name}, value);
}

void writeAttribute(onnx::NodeProto& node, const std::string& name, const onnx::GraphProto& graph)
{
    *addAttribute(node, name, AttributeProto::GRAPH).mutable_g() = graph;
}

}
