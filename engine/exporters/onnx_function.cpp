#include "engine/exporters/onnx_function.h"

#include "engine/exporters/export_form.h"
#include "engine/exporters/onnx_parts.h"
#include "engine/exporters/onnx_writer.h"

namespace backstep {

namespace {

void addConstants(const onnx::GraphProto& top, onnx::FunctionProto& function)
{
    for (const onnx::TensorProto& initializer : top.initializer()) {
        onnx::NodeProto& constant = *function.add_node();
        constant.set_op_type("Constant");
        constant.add_output(initializer.name());
        onnx::AttributeProto& value = *constant.add_attribute();
        value.set_name("value");
        value.set_type(onnx::AttributeProto::TENSOR);
        *value.mutable_t() = initializer;
        value.mutable_t()->clear_name();
    }
}

}

Result<std::string> onnxFunction(Graph graph,
                                 const std::vector<std::pair<std::string, ValueId>>& inputs,
                                 const OpName& name, int64_t opset)
{
    const Result<Graph> formed = inExportForm(std::move(graph));
    if (!formed)
        return formed.error();
    onnx::FunctionProto function;
    function.set_name(name.type);
    function.set_domain(name.domain);
    onnx::OperatorSetIdProto& import = *function.add_opset_import();
    import.set_domain("");
    import.set_version(opset);
    onnx::GraphProto top;
    OnnxWriter writer(*formed, top);
    for (const auto& [input, value] : inputs) {
        writer.reserve(input);
        writer.give(value, input);
        function.add_input(input);
    }
    for (const GraphOutput& output : formed->outputs)
        writer.reserve(output.name);
    writer.writeNodes();
    for (const GraphOutput& output : formed->outputs) {
        writer.alias(top, output.value, output.name);
        function.add_output(output.name);
    }
    addConstants(top, function);
    for (const onnx::NodeProto& each : top.node())
        *function.add_node() = each;
    return function.SerializeAsString();
}

}
