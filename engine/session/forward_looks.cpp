#include "engine/session/forward_looks.h"

#include "engine/base/text.h"
#include "engine/checks/probe.h"
#include "engine/ops/registry.h"
#include "engine/session/forwards.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

std::vector<Shape> sizesOf(const Graph& graph, const Node& node)
{
    std::vector<Shape> sizes;
    for (const ValueId input : node.inputs)
        sizes.push_back(input == kNoValue ? Shape() : graph.value(input).type.shape);
    return sizes;
}

NodeId forwardOpNamed(const Graph& graph, const std::string& name, const std::string& type)
{
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase == Phase::Forward && !node.isScan() && node.op.type == type &&
            node.origin.name == name)
            return id;
    }
    return kNoNode;
}

/// The value of a program that an op's input is in another import of the same file: made by the
/// same output of an op of the same name, or of that name itself.
ValueId sameValue(const Graph& graph, ValueId value, const Graph& program)
{
    const NodeId producer = graph.value(value).producer;
    if (producer == kNoNode) {
        for (const ValueKind kind : {ValueKind::Input, ValueKind::Weight, ValueKind::Constant})
            for (const ValueId id : program.valuesOfKind(kind))
                if (!graph.value(value).name.empty() &&
                    program.value(id).name == graph.value(value).name)
                    return id;
        return kNoValue;
    }
    const Node& maker = graph.node(producer);
    const auto slot = static_cast<size_t>(
        std::find(maker.outputs.begin(), maker.outputs.end(), value) - maker.outputs.begin());
    for (const NodeId id : program.nodeIds()) {
        const Node& node = program.node(id);
        if (node.origin.phase == Phase::Forward && node.origin.name == maker.origin.name &&
            node.op == maker.op && slot < node.outputs.size())
            return node.outputs[slot];
    }
    return kNoValue;
}

/// The op as the file has it, where something else is computed in its place.
Result<ForwardSubject> subjectBehind(const Snapshot& snapshot, const Node& part,
                                     const ForwardChoice& given)
{
    Result<Document> plain = withoutForward(*snapshot.document, given.op);
    if (!plain)
        return plain.takeError();
    ForwardSubject subject;
    subject.graph = plain->graph;
    subject.given = given;
    const std::string name = part.origin.name.ends_with("/soft")
                                 ? part.origin.name.substr(0, part.origin.name.size() - 5)
                                 : part.origin.name;
    const std::string type = part.origin.source.empty() ? part.op.type : part.origin.source;
    subject.node = forwardOpNamed(*subject.graph, name, type);
    if (subject.node == kNoNode)
        return Error{"forward", fmt::format("The file has no op named '{}'.", printable(name))};
    subject.inProgram.emplace();
    for (const ValueId input : subject.op().inputs) {
        if (input == kNoValue)
            continue;
        if (const ValueId same = sameValue(*subject.graph, input, *snapshot.program);
            same != kNoValue)
            subject.inProgram->emplace(input, same);
    }
    return subject;
}

double distanceOf(double given, double own)
{
    if (given == own || (std::isnan(given) && std::isnan(own)))
        return 0;
    const double distance = std::abs(given - own);
    return std::isnan(distance) ? HUGE_VAL : distance;
}

std::string numberText(double number)
{
    return std::isnan(number) ? "nan" : fmt::format("{:.4g}", number); // whatever its sign
}

void addPlace(ForwardError& error, const Tensor& given, const Tensor& own, const Tensor& input,
              const OpAddress& place)
{
    double sum = error.mean * static_cast<double>(error.count);
    for (int64_t i = 0; i < given.count(); ++i) {
        const double distance = distanceOf(given.number(i), own.number(i));
        sum += distance;
        if (!(distance > error.largest))
            continue;
        error.largest = distance;
        error.given = given.number(i);
        error.own = own.number(i);
        error.at = place;
        error.element = indexText(given.shape(), i);
        error.x.reset();
        if (!input.isNull() && input.shape() == given.shape())
            error.x = input.number(i);
    }
    error.count += given.count();
    error.mean = error.count > 0 ? sum / static_cast<double>(error.count) : 0;
}

}

const ForwardChoice* forwardGivenTo(const Document& document, const Node& node)
{
    const ForwardChoice* byType = nullptr;
    for (const ForwardChoice& choice : document.forwards) {
        if (node.origin.name == choice.op || node.origin.name == choice.op + "/soft")
            return &choice;
        if (node.origin.source == choice.op)
            byType = &choice;
    }
    return byType;
}

Result<ForwardSubject> forwardSubject(DebugSession& session, NodeId id)
{
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->program || !snapshot->program->has(id))
        return Error{"nothing-open", "There is no such op."};
    const Node& node = snapshot->program->node(id);
    if (node.origin.phase != Phase::Forward || node.isScan())
        return Error{"forward", "Only an op of the forward pass can be given a forward."};
    ForwardSubject subject;
    if (const ForwardChoice* given = forwardGivenTo(*snapshot->document, node)) {
        Result<ForwardSubject> behind = subjectBehind(*snapshot, node, *given);
        if (!behind)
            return behind;
        subject = std::move(*behind);
    } else if (!node.origin.source.empty() && node.origin.source != node.op.type) {
        return Error{"forward",
                     fmt::format("'{}' is a part of {}, which is one op in the file: a part of it "
                                 "cannot be replaced by itself.",
                                 printable(node.origin.name), printable(node.origin.source))};
    } else {
        subject.graph = snapshot->program;
        subject.node = id;
    }
    const OpDef* def = operators().find(subject.op().op);
    subject.hasOwn = def && !subject.op().problem;
    SeenValues values = subject.values(session);
    subject.seen = seenInput(values, *subject.graph, subject.op());
    return subject;
}

Result<ForwardError> forwardErrorOf(DebugSession& session, const ForwardSubject& subject,
                                    const std::string& text)
{
    const Node& node = subject.op();
    if (!subject.hasOwn)
        return Error{"no-forward", fmt::format("{} computes nothing by itself here: there is "
                                               "nothing to compare with.",
                                               printable(node.op.type))};
    SeenValues seen = subject.values(session);
    ForwardError error;
    error.areDrawn = seen.areDrawn();
    std::optional<CompiledForward> function;
    std::vector<Shape> compiledFor;
    for (const OpAddress& place : seen.places()) {
        std::vector<Tensor> operands;
        std::vector<Shape> sizes;
        for (const ValueId input : node.inputs) {
            operands.push_back(input == kNoValue ? Tensor() : widened(seen.at(input, place)));
            sizes.push_back(operands.back().isNull() ? Shape() : operands.back().shape());
        }
        if (!function || sizes != compiledFor) {
            Result<CompiledForward> made = CompiledForward::make(*subject.graph, node, text, sizes);
            if (!made)
                return made.takeError();
            function = std::move(*made);
            compiledFor = sizes;
        }
        const Result<std::vector<Tensor>> own =
            evaluate(node.op, node.attributes, operands, node.outputs.size());
        if (!own)
            return own.error();
        const Result<Tensor> given = function->at(operands);
        if (!given)
            return given.error();
        if (!(given->shape() == own->front().shape()))
            return Error{"forward",
                         fmt::format("The text computes {} and the op {}.", given->shape().text(),
                                     own->front().shape().text())};
        addPlace(error, *given, own->front(), operands.empty() ? Tensor() : operands.front(),
                 place);
    }
    return error;
}

Result<ForwardError> forwardErrorOf(DebugSession& session, NodeId node, const std::string& text)
{
    const Result<ForwardSubject> subject = forwardSubject(session, node);
    return subject ? forwardErrorOf(session, *subject, text) : subject.error();
}

std::string sentenceOf(const ForwardError& error)
{
    const std::string drawn = error.areDrawn ? " drawn" : "";
    if (error.largest == 0)
        return fmt::format("equal on {}{} {}", error.count, drawn,
                           error.count == 1 ? "value" : "values");
    std::string place;
    for (int level = 0; level < error.at.at.depth; ++level)
        place += fmt::format("t{} ", error.at.at.t[static_cast<size_t>(level)]);
    place += error.element;
    std::string text = fmt::format("differs by at most {:.3g}", error.largest);
    if (!place.empty())
        text += " at " + place;
    text += fmt::format(": {} in place of {}", numberText(error.given), numberText(error.own));
    if (error.x)
        text += fmt::format(", where x = {:.4g}", *error.x);
    return text + (error.areDrawn ? " (values drawn: the op was not run)" : "");
}

Result<void> fitsForward(const ForwardSubject& subject, const std::string& text)
{
    const Node& node = subject.op();
    const Result<CompiledForward> function =
        CompiledForward::make(*subject.graph, node, text, sizesOf(*subject.graph, node));
    if (!function)
        return function.error();
    for (size_t i = 0; i < node.outputs.size(); ++i) {
        if (node.outputs[i] == kNoValue)
            continue;
        const ValueInfo& output = subject.graph->value(node.outputs[i]);
        const Shape& found = function->results()[i].shape;
        if (!output.isTypeAssumed && !(found == output.type.shape))
            return Error{"forward",
                         fmt::format("The text computes {}, and {} has {}.", found.text(),
                                     printable(node.op.type), output.type.shape.text()),
                         "Sum, reshape or broadcast it to this shape."};
    }
    return {};
}

std::vector<double> forwardCurve(const Graph& graph, const Node& node, const std::string& text,
                                 const std::vector<double>& x)
{
    std::vector<Tensor> operands;
    std::vector<Shape> sizes;
    for (const ValueId input : node.inputs) {
        const Tensor content = input == kNoValue ? Tensor() : graph.value(input).content;
        operands.push_back(operands.empty()
                               ? Tensor::of<double>({static_cast<int64_t>(x.size())}, x)
                               : widened(content));
        sizes.push_back(operands.back().isNull() ? Shape() : operands.back().shape());
    }
    std::vector<double> values;
    const Result<CompiledForward> function = CompiledForward::make(graph, node, text, sizes);
    const Result<Tensor> made = function ? function->at(operands) : function.error();
    for (int64_t i = 0;
         made && made->count() == static_cast<int64_t>(x.size()) && i < made->count(); ++i)
        values.push_back(made->number(i));
    return values;
}

}
