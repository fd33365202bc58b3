// Scan of opset 8, whose operands are [batch, time, ...] and whose body sees one sample's timestep:
// a Scan over the samples around one over time.

#include "engine/importers/onnx_scope.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

// Names in the bodies made here; an operand or result has its number behind.
constexpr const char* kSample = "sample of operand ";
constexpr const char* kResult = "result of the sample ";
constexpr const char* kLength = "length of the sample";
constexpr const char* kTimesteps = "timesteps of the sample";
constexpr const char* kTimestep = "timestep of the sample";
constexpr const char* kIsActive = "timestep before the length";
/// Marks a Scan of opset 9.
constexpr const char* kAxes = "scan_input_axes";

struct BatchedScan {
    const onnx::GraphProto* body = nullptr;
    int sequences = 0, carries = 0;
    std::vector<int64_t> directions;
    bool hasLengths = false;
};

Result<BatchedScan> formOf(const onnx::NodeProto& node)
{
    BatchedScan form;
    form.body = bodyOf(node, "body");
    for (const onnx::AttributeProto& each : node.attribute()) {
        if (each.name() == "num_scan_inputs")
            form.sequences = static_cast<int>(std::clamp<int64_t>(each.i(), 0, node.input_size()));
        if (each.name() == "directions")
            form.directions.assign(each.ints().begin(), each.ints().end());
    }
    form.directions.resize(static_cast<size_t>(form.sequences), 0);
    form.carries = node.input_size() - 1 - form.sequences;
    if (!form.body || form.sequences == 0 || form.carries < 0 ||
        form.body->input_size() != node.input_size() - 1 ||
        form.body->output_size() < form.carries || node.output_size() > form.body->output_size())
        return Error{"unsupported", "its body's inputs and outputs do not fit the node"};
    form.hasLengths = !node.input(0).empty();
    const auto& directions = form.directions;
    if (form.hasLengths && !std::all_of(directions.begin(), directions.end(),
                                        [&](int64_t each) { return each == directions.front(); }))
        return Error{"unsupported",
                     "samples of different lengths are read in two directions at once"};
    return form;
}

onnx::AttributeProto& addAttribute(onnx::NodeProto& node, const std::string& name,
                                   onnx::AttributeProto::AttributeType type)
{
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
}

onnx::NodeProto& addNode(onnx::GraphProto& graph, const std::string& op,
                         const std::vector<std::string>& inputs, const std::string& output)
{
    onnx::NodeProto& node = *graph.add_node();
    node.set_op_type(op);
    for (const std::string& input : inputs)
        node.add_input(input);
    node.add_output(output);
    return node;
}

void addNumber(onnx::GraphProto& graph, int64_t value, const std::string& output)
{
    onnx::NodeProto& node = addNode(graph, "Constant", {}, output);
    addAttribute(node, "value_int", onnx::AttributeProto::INT).set_i(value);
}

/// `name` where the sample still has this timestep, else 0.
void addZeroBehindEnd(onnx::GraphProto& body, const std::string& name, const std::string& output)
{
    addNumber(body, 0, output + ": 0");
    addNode(body, "CastLike", {output + ": 0", name}, output + ": zero");
    addNode(body, "Where", {kIsActive, name, output + ": zero"}, output);
}

/// A body that behind the end of its sample passes the carries on and gives zeros. The padded
/// elements are zeros before the cell too, so that a NaN in them reaches no gradient (SEMANTICS
/// R9).
onnx::GraphProto maskedBody(const onnx::GraphProto& body, int carries)
{
    onnx::GraphProto masked = body;
    masked.clear_node();
    masked.clear_output();
    masked.add_input()->set_name(kTimestep);
    addNode(masked, "Less", {kTimestep, kLength}, kIsActive);
    for (int i = carries; i < body.input_size(); ++i) {
        const std::string padded = fmt::format("padded {}", i);
        masked.mutable_input(i)->set_name(padded);
        addZeroBehindEnd(masked, padded, body.input(i).name());
    }
    masked.mutable_node()->MergeFrom(body.node());
    for (int i = 0; i < body.output_size(); ++i) {
        const std::string result = fmt::format("masked {}", i);
        if (i < carries)
            addNode(masked, "Where", {kIsActive, body.output(i).name(), body.input(i).name()},
                    result);
        else
            addZeroBehindEnd(masked, body.output(i).name(), result);
        masked.add_output()->set_name(result);
    }
    return masked;
}

/// 0, 1, ... T-1 of the first sequence, for the masks.
void addTimesteps(onnx::GraphProto& sample, const std::string& sequence)
{
    onnx::NodeProto& count = addNode(sample, "Shape", {sequence}, "count of timesteps");
    addAttribute(count, "end", onnx::AttributeProto::INT).set_i(1);
    addNumber(sample, 0, "first timestep");
    addNumber(sample, 1, "one timestep");
    addNode(sample, "Range", {"first timestep", "count of timesteps", "one timestep"}, kTimesteps);
}

void setScanInputs(onnx::NodeProto& scan, int count)
{
    addAttribute(scan, "num_scan_inputs", onnx::AttributeProto::INT).set_i(count);
    onnx::AttributeProto& axes = addAttribute(scan, kAxes, onnx::AttributeProto::INTS);
    for (int i = 0; i < count; ++i)
        axes.add_ints(0);
}

/// What happens to one sample: the Scan over its timesteps.
onnx::GraphProto sampleBody(const BatchedScan& form)
{
    onnx::GraphProto sample;
    onnx::NodeProto scan;
    scan.set_op_type("Scan");
    for (int i = 0; i < form.carries + form.sequences; ++i) {
        sample.add_input()->set_name(kSample + std::to_string(i));
        scan.add_input(sample.input(i).name());
    }
    for (int i = 0; i < form.body->output_size(); ++i) {
        scan.add_output(kResult + std::to_string(i));
        sample.add_output()->set_name(scan.output(i));
    }
    onnx::AttributeProto& directions =
        addAttribute(scan, "scan_input_directions", onnx::AttributeProto::INTS);
    for (int64_t direction : form.directions)
        directions.add_ints(direction);
    if (form.hasLengths) {
        directions.add_ints(form.directions.front());
        sample.add_input()->set_name(kLength);
        addTimesteps(sample, sample.input(form.carries).name());
        scan.add_input(kTimesteps);
    }
    *addAttribute(scan, "body", onnx::AttributeProto::GRAPH).mutable_g() =
        form.hasLengths ? maskedBody(*form.body, form.carries) : *form.body;
    setScanInputs(scan, form.sequences + (form.hasLengths ? 1 : 0));
    *sample.add_node() = std::move(scan);
    return sample;
}

}

bool hasBatchAxis(const onnx::NodeProto& scan, int64_t opset)
{
    return opset < 9 && std::none_of(scan.attribute().begin(), scan.attribute().end(),
                                     [](const auto& each) { return each.name() == kAxes; });
}

Result<void> readBatchedScan(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                             GraphBuilder& builder)
{
    const Result<BatchedScan> form = formOf(node);
    if (!form)
        return form.error();
    onnx::NodeProto overSamples;
    overSamples.set_name(node.name());
    overSamples.set_op_type("Scan");
    for (int i = 1; i < node.input_size(); ++i)
        overSamples.add_input(node.input(i));
    if (form->hasLengths)
        overSamples.add_input(node.input(0));
    *overSamples.mutable_output() = node.output();
    *addAttribute(overSamples, "body", onnx::AttributeProto::GRAPH).mutable_g() = sampleBody(*form);
    setScanInputs(overSamples, overSamples.input_size());
    return readScan(reader, overSamples, scope, builder);
}

}
