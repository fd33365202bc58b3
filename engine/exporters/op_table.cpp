#include "engine/exporters/op_table.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// An op on sequences or optionals, which are lists of values while a model is read.
bool isOnLists(const OpDef& def)
{
    const auto isList = [](const Port& port) {
        return (port.accepts.bits & (sequences | optionals).bits) != 0;
    };
    return std::any_of(def.inputs.begin(), def.inputs.end(), isList) ||
           std::any_of(def.outputs.begin(), def.outputs.end(), isList);
}

/// Operators with bodies have no record: an importer reads them (SEMANTICS R8, R10).
struct ControlFlowRow {
    const char *name, *forward, *gradient, *opset;
};
constexpr ControlFlowRow kControlFlow[] = {
    {"If", "the branch that a constant or the data decide", "its branch's; zeros to the other",
     "25"},
    {"Loop", "a Scan; its count is constant or read with the data", "as Scan", "25"},
    {"Scan", "region", "a Scan the other way", "25"},
    {"SequenceMap", "its body for each element", "its body's", "17"},
    {"ai.onnx.preview.training:Gradient", "the backward pass that it asks for", "of second order",
     "1"},
};

std::string_view forwardWord(const OpDef& def)
{
    if (isOnLists(def))
        return "a list of values, on opening";
    if (def.expand)
        return "through its body";
    if (def.view)
        return "view";
    if (def.evaluate)
        return "where its inputs are known beforehand";
    return "kernel";
}

/// "floating, integers, bool": families by name where all of one are meant.
std::string dtypesText(DTypeSet accepts)
{
    std::vector<std::string> words;
    const auto takeFamily = [&](DTypeSet family, const char* name) {
        if ((accepts.bits & family.bits) != family.bits)
            return;
        words.emplace_back(name);
        accepts.bits &= ~family.bits;
    };
    takeFamily(floating, "floating");
    takeFamily(integers, "integers");
    takeFamily(smallFloats, "small floats");
    takeFamily(smallIntegers, "small integers");
    if (accepts.bits != 0)
        words.push_back(accepts.text());
    return join(words, ", ");
}

/// Of all inputs; of an op without inputs, of its outputs.
DTypeSet dtypesOf(const OpDef& def)
{
    DTypeSet all;
    for (const Port& port : def.inputs.empty() ? def.outputs : def.inputs)
        all = all | port.accepts;
    return all;
}

std::string fullName(const OpDef& def)
{
    return def.domain.empty() ? def.name : def.domain + ":" + def.name;
}

std::string anchor(const OpDef& def)
{
    std::string text;
    for (const char letter : lowered(fullName(def)))
        if (letter != ':' && letter != '.')
            text += letter;
    return text;
}

std::string portsText(const std::vector<Port>& ports)
{
    std::vector<std::string> words;
    for (const Port& port : ports)
        words.push_back(fmt::format("`{}`{} ({})", port.name,
                                    port.arity == Port::Arity::Optional ? ", optional"
                                    : port.arity == Port::Arity::Many   ? ", any number"
                                                                        : "",
                                    dtypesText(port.accepts)));
    return words.empty() ? "none" : join(words, "; ");
}

/// The record's text: a sentence, then lines that begin with a word of their own.
std::string docText(const OpDef& def)
{
    constexpr std::string_view kWords[] = {"Shapes", "Dtypes", "Gradient", "Errors", "Source"};
    std::string text, list;
    for (const std::string& line : split(def.doc, '\n')) {
        const std::string_view words = trimmed(line);
        if (words.empty())
            continue;
        const auto word =
            std::find_if(std::begin(kWords), std::end(kWords), [&](std::string_view known) {
                return words.starts_with(known) && words.substr(known.size()).starts_with(' ');
            });
        if (word != std::end(kWords))
            list += fmt::format("\n- {}: {}", *word, trimmed(words.substr(word->size())));
        else
            (list.empty() ? text : list) += (text.empty() ? "" : " ") + std::string(words);
    }
    return text + "\n" + list;
}

}

std::string_view gradientWord(const OpDef& def)
{
    if (def.gradient.function())
        return "rule";
    if (def.gradient.isZero())
        return "zero almost everywhere";
    if (def.gradient.isDeclaredNone())
        return "declared none";
    if (def.expand)
        return "through its body";
    return isOnLists(def) ? "through its elements" : "missing";
}

std::string operatorsAsMarkdown(const OpRegistry& ops)
{
    std::string text = fmt::format(
        "# Operators\n\nMade by `backstep ops --markdown` from the operators' records. Opset: the "
        "version that the record describes; files of opset 1 to {} are read, what differs between "
        "versions is translated on opening.\n\n"
        "| operator | forward | gradient | dtypes | opset |\n|---|---|---|---|---|\n",
        kNewestOpset);
    for (const OpDef* def : ops.all())
        text += fmt::format("| [{}](#{}) | {} | {} | {} | {} |\n", fullName(*def), anchor(*def),
                            forwardWord(*def), gradientWord(*def), dtypesText(dtypesOf(*def)),
                            def->domain == kHelperDomain ? "-" : std::to_string(def->sinceOpset));
    text += "\nOperators that hold graphs are read, not called:\n\n"
            "| operator | forward | gradient | opset |\n|---|---|---|---|\n";
    for (const ControlFlowRow& row : kControlFlow)
        text +=
            fmt::format("| {} | {} | {} | {} |\n", row.name, row.forward, row.gradient, row.opset);
    for (const OpDef* def : ops.all()) {
        text += fmt::format("\n## {}\n\n{}\n- Inputs: {}\n- Outputs: {}\n", fullName(*def),
                            docText(*def), portsText(def->inputs), portsText(def->outputs));
        if (!def->gradient.why().empty())
            text += fmt::format("- No gradient: {}, {}\n", gradientWord(*def), def->gradient.why());
    }
    return text;
}

}
