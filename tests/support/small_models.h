#pragma once

#include "engine/formats/onnx_file.h"

#include "engine/formats/onnx.pb.h"

#include <string>
#include <vector>

/// Writes small ONNX models for tests, sound or broken on purpose.
class SmallModel
{
public:
    explicit SmallModel(int64_t opset = 17)
    {
        m_model.set_ir_version(8);
        m_model.set_producer_name("backstep tests");
        m_model.add_opset_import()->set_version(opset);
        m_model.mutable_graph()->set_name("g");
    }
    SmallModel& input(const std::string& name, std::vector<int64_t> shape,
                      backstep::DType dtype = backstep::DType::Float32)
    {
        declare(*m_model.mutable_graph()->add_input(), name, shape, dtype);
        return *this;
    }
    SmallModel& output(const std::string& name, std::vector<int64_t> shape,
                       backstep::DType dtype = backstep::DType::Float32)
    {
        declare(*m_model.mutable_graph()->add_output(), name, shape, dtype);
        return *this;
    }
    SmallModel& outputOfAnyType(const std::string& name)
    {
        m_model.mutable_graph()->add_output()->set_name(name);
        return *this;
    }
    /// What the file says of a value inside.
    SmallModel& stated(const std::string& name, std::vector<int64_t> shape,
                       backstep::DType dtype = backstep::DType::Float32)
    {
        declare(*m_model.mutable_graph()->add_value_info(), name, shape, dtype);
        return *this;
    }
    /// An initializer with elements 0.1, -0.2, 0.3, ... (no two equal).
    SmallModel& weight(const std::string& name, backstep::Shape shape)
    {
        std::vector<float> numbers;
        for (int64_t i = 0; i < shape.count(); ++i)
            numbers.push_back(0.1f * static_cast<float>(i % 7 + 1) * (i % 2 == 0 ? 1.0f : -1.0f) +
                              0.001f * static_cast<float>(i));
        *m_model.mutable_graph()->add_initializer() =
            backstep::protoOf(backstep::Tensor::of<float>(shape, numbers), name);
        return *this;
    }
    SmallModel& constant(const std::string& name, const backstep::Tensor& content)
    {
        *m_model.mutable_graph()->add_initializer() = backstep::protoOf(content, name);
        return *this;
    }
    SmallModel& node(const std::string& op, std::vector<std::string> inputs,
                     std::vector<std::string> outputs, const std::string& name)
    {
        backstep::onnx::NodeProto& node = *m_model.mutable_graph()->add_node();
        node.set_op_type(op);
        node.set_name(name);
        for (const std::string& input : inputs)
            node.add_input(input);
        for (const std::string& output : outputs)
            node.add_output(output);
        return *this;
    }
    /// An integer attribute of the last node.
    SmallModel& attribute(const std::string& name, int64_t value)
    {
        backstep::onnx::NodeProto& node = *m_model.mutable_graph()->mutable_node()->rbegin();
        backstep::onnx::AttributeProto& attribute = *node.add_attribute();
        attribute.set_name(name);
        attribute.set_type(backstep::onnx::AttributeProto::INT);
        attribute.set_i(value);
        return *this;
    }
    /// The body of the last node, a Scan or a Loop: the nodes and weights of another model.
    SmallModel& body(const SmallModel& inner)
    {
        backstep::onnx::NodeProto& node = *m_model.mutable_graph()->mutable_node()->rbegin();
        backstep::onnx::AttributeProto& attribute = *node.add_attribute();
        attribute.set_name("body");
        attribute.set_type(backstep::onnx::AttributeProto::GRAPH);
        *attribute.mutable_g() = inner.m_model.graph();
        return *this;
    }
    std::string bytes() const { return backstep::serialize(m_model); }

private:
    static void declare(backstep::onnx::ValueInfoProto& info, const std::string& name,
                        const std::vector<int64_t>& shape, backstep::DType dtype)
    {
        info.set_name(name);
        auto* type = info.mutable_type()->mutable_tensor_type();
        type->set_elem_type(static_cast<int>(dtype));
        for (const int64_t size : shape)
            type->mutable_shape()->add_dim()->set_dim_value(size);
    }

    backstep::onnx::ModelProto m_model;
};
