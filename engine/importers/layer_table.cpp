#include "engine/importers/layer_table.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace backstep {

namespace {

using Kind = LayerParameter::Kind;

constexpr std::array<LayerParameter, 2> kEmbeddingParameters{{
    {Kind::Count, "input_dim", true},
    {Kind::Count, "output_dim", true},
}};
constexpr std::array<LayerParameter, 2> kRecurrentParameters{{
    {Kind::Count, "units", true},
    {Kind::Flag, "return_sequences"},
}};
constexpr std::array<LayerParameter, 3> kDenseParameters{{
    {Kind::Count, "units", true},
    {Kind::Activation, "activation"},
    {Kind::Flag, "use_bias"},
}};

constexpr std::array<LayerDef, 25> kLayers{{
    {"Embedding", LayerKind::Embedding, "Gather", kEmbeddingParameters},
    {"LSTM", LayerKind::Recurrent, "LSTM", kRecurrentParameters},
    {"GRU", LayerKind::Recurrent, "GRU", kRecurrentParameters},
    {"SimpleRNN", LayerKind::Recurrent, "RNN", kRecurrentParameters},
    {"Dense", LayerKind::Dense, "MatMul", kDenseParameters},
    {"sign", LayerKind::Unary, "Sign"},
    {"tanh", LayerKind::Unary, "Tanh"},
    {"relu", LayerKind::Unary, "Relu"},
    {"sigmoid", LayerKind::Unary, "Sigmoid"},
    {"softmax", LayerKind::Unary, "Softmax"},
    {"softplus", LayerKind::Unary, "Softplus"},
    {"exp", LayerKind::Unary, "Exp"},
    {"log", LayerKind::Unary, "Log"},
    {"sqrt", LayerKind::Unary, "Sqrt"},
    {"abs", LayerKind::Unary, "Abs"},
    {"round", LayerKind::Unary, "Round"},
    {"floor", LayerKind::Unary, "Floor"},
    {"ceil", LayerKind::Unary, "Ceil"},
    {"neg", LayerKind::Unary, "Neg"},
    {"erf", LayerKind::Unary, "Erf"},
    {"sin", LayerKind::Unary, "Sin"},
    {"cos", LayerKind::Unary, "Cos"},
    {"identity", LayerKind::Unary, "Identity"},
    {"mse", LayerKind::Loss, "mse"},
    {"cross_entropy", LayerKind::Loss, "cross-entropy"},
}};

std::string plain(std::string_view name)
{
    std::string text = lowered(name);
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

const LayerDef* layerNamed(std::string_view name)
{
    const auto found = std::find_if(kLayers.begin(), kLayers.end(), [&](const LayerDef& layer) {
        return plain(layer.name) == plain(name);
    });
    return found == kLayers.end() ? nullptr : &*found;
}

/// "Did you mean 'LSTM'?", or all that there are.
std::string hintFor(std::string_view name, bool onlyUnary)
{
    std::vector<std::string> names;
    for (const LayerDef& layer : kLayers)
        if (!onlyUnary || layer.kind == LayerKind::Unary)
            names.emplace_back(layer.name);
    const std::string near = closestWord(name, names);
    return near.empty() ? "Known: " + join(names, ", ") + "." : "Did you mean '" + near + "'?";
}

Result<void> setArgument(LayerCall& call, const LayerParameter& parameter,
                         const TextArgument& argument)
{
    if (parameter.kind == Kind::Count) {
        const Result<int64_t> count =
            countOf(argument, fmt::format("a number ({} of {})", parameter.name, call.def->name));
        if (!count)
            return count.error();
        call.counts[std::string(parameter.name)] = *count;
    } else if (parameter.kind == Kind::Flag) {
        const std::string value = lowered(argument.value);
        if (value != "true" && value != "false")
            return modelTextError(fmt::format("Expected True or False for {} and found '{}'",
                                              parameter.name, printable(argument.value)),
                                  argument.column);
        call.flags[std::string(parameter.name)] = value == "true";
    } else if (argument.value != "None" && lowered(argument.value) != "linear") {
        const LayerDef* activation = layerNamed(argument.value);
        if (!activation || activation->kind != LayerKind::Unary)
            return modelTextError(
                fmt::format("Expected an activation and found '{}'", printable(argument.value)),
                argument.column, hintFor(argument.value, true));
        call.activation = activation->op;
    }
    return {};
}

std::string parameterNames(const LayerDef& def)
{
    std::vector<std::string> names;
    for (const LayerParameter& parameter : def.parameters)
        names.emplace_back(parameter.name);
    return join(names, ", ");
}

}

bool LayerCall::flag(std::string_view name, bool otherwise) const
{
    const auto found = flags.find(name);
    return found == flags.end() ? otherwise : found->second;
}

Result<LayerCall> layerCallOf(const TextLayer& layer)
{
    LayerCall call;
    call.column = layer.column;
    call.def = layerNamed(layer.name);
    if (!call.def)
        return modelTextError(fmt::format("Expected a layer and found '{}'", printable(layer.name)),
                              layer.column, hintFor(layer.name, false));
    const std::span<const LayerParameter> parameters = call.def->parameters;
    std::vector<bool> isGiven(parameters.size());
    for (size_t i = 0; i < layer.arguments.size(); ++i) {
        const TextArgument& argument = layer.arguments[i];
        const auto named = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const auto& p) { return p.name == argument.name; });
        const size_t place =
            argument.name.empty() ? i : static_cast<size_t>(named - parameters.begin());
        if (place >= parameters.size())
            return modelTextError(
                parameters.empty()
                    ? fmt::format("{} takes no arguments", call.def->name)
                    : fmt::format("{} has no {}; expected {}", call.def->name,
                                  argument.name.empty()
                                      ? "argument number " + std::to_string(i + 1)
                                      : "argument '" + printable(argument.name) + "'",
                                  parameterNames(*call.def)),
                argument.column);
        if (isGiven[place])
            return modelTextError(
                fmt::format("{} of {} is given twice", parameters[place].name, call.def->name),
                argument.column);
        isGiven[place] = true;
        if (Result<void> set = setArgument(call, parameters[place], argument); !set)
            return set.takeError();
    }
    for (size_t i = 0; i < parameters.size(); ++i)
        if (parameters[i].isRequired && !isGiven[i])
            return modelTextError(
                fmt::format("{} needs {}; expected {}({})", call.def->name, parameters[i].name,
                            call.def->name,
                            parameters.size() == 2 && parameters[1].isRequired ? "1000, 16" : "64"),
                layer.column);
    return call;
}

}
