#include "engine/session/forward_looks.h"

#include "engine/base/text.h"
#include "engine/checks/probe.h"
#include "engine/ops/registry.h"
#include "engine/session/gradient_looks.h"

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
        if (std::isfinite(own.number(i)))
            error.scale = std::max(error.scale, std::abs(own.number(i)));
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
    if (error.isEqual())
        return fmt::format("is equal on {}{} {}", error.count, drawn,
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

ForwardCurves curvesOf(const ForwardSubject& subject, const std::string& text, double left,
                       double right, int sampleCount)
{
    ForwardCurves curves{left, right, {}, {}};
    if (subject.hasOwn) {
        curves.own = curvesOf(*subject.graph, subject.node, {}, left, right, sampleCount).forward;
        if (curves.own.empty())
            return curves;
    }
    const std::vector<double> x = evenly(left, right, sampleCount);
    curves.given = forwardCurve(*subject.graph, subject.op(), text, x);
    // A softmax of a part of the numbers has other values.
    const size_t part = x.size() / 2;
    const std::vector<double> again =
        forwardCurve(*subject.graph, subject.op(), text, {x.begin(), x.begin() + int(part)});
    if (again.size() != part || curves.given.size() != x.size() ||
        !std::equal(again.begin(), again.end(), curves.given.begin(),
                    [](double a, double b) { return distanceOf(a, b) == 0; }))
        curves.given.clear();
    return curves;
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
