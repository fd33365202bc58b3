// Forwards of the library written out for the op at hand.

#include "engine/checks/soft_fixes.h"

#include "engine/base/text.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

std::string numberText(double number)
{
    return number < 0 ? fmt::format("({:.9g})", number) : fmt::format("{:.9g}", number);
}

/// The operand of this port; kNoValue where the op does not have it.
ValueId operandNamed(const Node& node, std::string_view port)
{
    const OpDef* def = operators().find(node.op);
    for (size_t i = 0; def && i < node.inputs.size(); ++i)
        if (const Port* each = def->inputPort(i); each && each->name == port)
            return node.inputs[i];
    return kNoValue;
}

/// What stands in the place of one pair of braces; nothing where it is not known.
std::optional<std::string> filling(const Graph& graph, const Node& node, std::string_view braces,
                                   double sharpness)
{
    const size_t equals = braces.find('=');
    const std::string name(braces.substr(0, equals));
    if (name == "k")
        return numberText(sharpness);
    if (const auto attribute = node.attributes.all().find(name);
        attribute != node.attributes.all().end()) {
        if (const auto* integer = std::get_if<int64_t>(&attribute->second))
            return std::to_string(*integer);
        if (const auto* real = std::get_if<double>(&attribute->second))
            return numberText(*real);
    }
    if (equals != std::string_view::npos)
        return std::string(braces.substr(equals + 1));
    const ValueId operand = operandNamed(node, name);
    const Tensor content = operand == kNoValue ? Tensor() : graph.value(operand).content;
    if (content.isNull() || content.count() != 1)
        return std::nullopt;
    return numberText(content.number(0));
}

/// True where a cast to floats reads the value: through it the text's result goes on.
bool isCastToFloats(const Graph& graph, ValueId value)
{
    const std::vector<NodeId> readers = graph.consumers(value);
    return std::any_of(readers.begin(), readers.end(), [&](NodeId id) {
        const Node& reader = graph.node(id);
        return reader.op.is("Cast") && isFloating(graph.value(reader.outputs[0]).type.dtype);
    });
}

Error unfit(const Node& node, const SoftForward& row, std::string_view why)
{
    return {"fix", fmt::format("'{}' does not fit '{}' ({}): {}", row.id,
                               printable(node.origin.name), printable(node.op.type), why)};
}

}

Result<ForwardChoice> softForward(const Graph& graph, const Node& node, const SoftForward& row,
                                  double sharpness)
{
    const bool isPart = !node.origin.source.empty() && node.origin.source != node.op.type;
    if (!row.fits(node.op.type) || isPart || node.inputs.empty() || node.outputs.size() != 1)
        return unfit(node, row, fmt::format("it is for {}", row.ops));
    if (!isFloating(graph.value(node.inputs[0]).type.dtype))
        return unfit(node, row, "its input is not floating");
    if (!row.without.empty() && operandNamed(node, row.without) != kNoValue)
        return unfit(node, row, fmt::format("it has the operand '{}'", row.without));
    ForwardChoice choice{node.origin.name, {}, std::string(row.id), sharpness, {}};
    if (const DType result = graph.value(node.outputs[0]).type.dtype; !isFloating(result)) {
        if (!isCastToFloats(graph, node.outputs[0]))
            return unfit(
                node, row,
                fmt::format("its result is {}, and nothing casts it to floats", nameOf(result)));
        choice.hard = result;
    } else if (node.op.is("Cast")) {
        return unfit(node, row, "it casts to floats");
    }
    for (size_t at = 0; at < row.forward.size();) {
        const size_t open = std::min(row.forward.find('{', at), row.forward.size());
        choice.text += row.forward.substr(at, open - at);
        if (open == row.forward.size())
            break;
        const size_t close = row.forward.find('}', open);
        const std::string_view braces = row.forward.substr(open + 1, close - open - 1);
        const std::optional<std::string> text = filling(graph, node, braces, sharpness);
        if (!text)
            return unfit(node, row,
                         fmt::format("its operand '{}' is not one known number", braces));
        choice.text += *text;
        at = close + 1;
    }
    return choice;
}

ForwardChoice typedForward(const Graph& graph, const Node& node, std::string text)
{
    ForwardChoice choice{node.origin.name, std::move(text), {}, 0, {}};
    const bool isKnown = operators().find(node.op) && node.outputs.size() == 1;
    const DType result = isKnown ? graph.value(node.outputs[0]).type.dtype : DType::Undefined;
    if (isKnown && !isFloating(result) && isCastToFloats(graph, node.outputs[0]))
        choice.hard = result;
    return choice;
}

std::vector<Fix> softFixes(const Graph& graph, const Node& node)
{
    std::vector<Fix> fixes;
    for (const SoftForward* row : softForwardsFor(node.op.type))
        if (Result<ForwardChoice> choice = softForward(graph, node, *row, row->sharpness))
            fixes.push_back({.title = std::string(row->title),
                             .kind = row->kind,
                             .forward = std::move(*choice)});
    return fixes;
}

}
