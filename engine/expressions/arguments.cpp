// Which argument of a call is which parameter, in the words of any framework.
#include "engine/expressions/spellings.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace backstep {

namespace {

/// Our parameter names, and what frameworks call them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 21> kParameterAliases{{
    {"x", "input a features logits tensor t self x1 arr input_tensor operand array params object "
          "data indices A"},
    {"y", "other b x2 exponent on_false"},
    {"a", "input x self x1"},
    {"b", "other mat2 vec2 tensor y x2"},
    {"axis", "dim axes dims dimension dimensions"},
    {"axis1", "dim0"},
    {"axis2", "dim1"},
    {"keepdims", "keepdim keep_dims"},
    {"low", "min a_min x_min clip_value_min min_val"},
    {"high", "max a_max x_max clip_value_max max_val"},
    {"alpha", "negative_slope"},
    {"lambd", "threshold"},
    {"condition", "pred mask"},
    {"values", "tensors xs arrays x2 x"},
    {"shape", "size newshape sizes new_sizes dims"},
    {"fill_value", "value"},
    {"ord", "p"},
    {"correction", "ddof"},
    {"perm", "axes dims permutation"},
    {"repeats", "multiples reps dims"},
    {"k", "diagonal"},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kMoreAliases{{
    {"indices", "index"},
    {"depth", "num_classes"},
    {"dtype", "new_dtype other"},
    {"value", "x data a object"},
    {"x", "on_true"},
}};

bool holdsWord(std::string_view words, std::string_view word)
{
    const std::vector<std::string> all = split(words, ' ');
    return std::find(all.begin(), all.end(), word) != all.end();
}

}

bool isParameterAlias(std::string_view ours, std::string_view word)
{
    for (const auto& [name, aliases] : kParameterAliases)
        if (name == ours && holdsWord(aliases, word))
            return true;
    for (const auto& [name, aliases] : kMoreAliases)
        if (name == ours && holdsWord(aliases, word))
            return true;
    return false;
}

Result<std::map<std::string, PythonValue, std::less<>>>
boundArguments(const FunctionSpelling& spelling, std::vector<PythonValue> positional,
               std::vector<std::pair<std::string, PythonValue>> keywords)
{
    std::map<std::string, PythonValue, std::less<>> bound;
    size_t next = 0;
    for (const FunctionParameter& parameter : spelling.parameters) {
        if (parameter.takesRest) {
            PythonTuple rest;
            for (; next < positional.size(); ++next)
                rest.items.push_back(std::move(positional[next]));
            bound[parameter.ours] = std::move(rest);
        } else if (next < positional.size()) {
            bound[parameter.ours] = std::move(positional[next++]);
        }
    }
    const auto refuse = [&](const std::string& what) {
        return Error{"expression", fmt::format("{} {}", spelling.text(), what),
                     "Write " + spelling.signature() + "."};
    };
    if (next < positional.size()) {
        const auto wanted = static_cast<int64_t>(spelling.parameters.size());
        return refuse(
            fmt::format("takes {} and got {}", counted(wanted, "argument"), positional.size()));
    }
    for (auto& [name, value] : keywords) {
        const auto parameter = std::find_if(spelling.parameters.begin(), spelling.parameters.end(),
                                            [&](const auto& known) {
                                                return known.name == name || known.ours == name ||
                                                       isParameterAlias(known.ours, name);
                                            });
        if (parameter == spelling.parameters.end())
            return refuse(fmt::format("has no argument '{}'", printable(name)));
        if (!parameter->takesRest && bound.contains(parameter->ours))
            return refuse(fmt::format("got '{}' twice", printable(name)));
        bound[parameter->ours] = std::move(value);
    }
    for (const FunctionParameter& parameter : spelling.parameters) {
        if (bound.contains(parameter.ours))
            continue;
        if (!parameter.fallback)
            return refuse(
                fmt::format("takes {} and got {}: '{}' is missing",
                            counted(static_cast<int64_t>(spelling.parameters.size()), "argument"),
                            bound.size(), parameter.name));
        bound[parameter.ours] = *parameter.fallback;
    }
    return bound;
}

}
