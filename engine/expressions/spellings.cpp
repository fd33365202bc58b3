#include "engine/expressions/spellings.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
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
    {"values", "tensors xs arrays x2"},
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

/// PyTorch's words for our parameters, where a row gives no parameters of its own.
std::string torchWord(const std::string& ours, bool isFirst)
{
    if (isFirst && (ours == "x" || ours == "y"))
        return "input";
    return ours == "axis" ? "dim" : ours == "keepdims" ? "keepdim" : ours == "y" ? "other" : ours;
}

PythonValue literal(std::string_view text)
{
    if (text == "None")
        return PythonNone{};
    if (text == "True" || text == "False")
        return text == "True";
    if (text.starts_with('\''))
        return std::string(text.substr(1, text.size() - 2));
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return PythonNumber{number, text.find('.') == std::string_view::npos};
}

bool isAliasOf(const std::string& ours, std::string_view word)
{
    for (const auto& [name, aliases] : kParameterAliases)
        if (name == ours && holdsWord(aliases, word))
            return true;
    for (const auto& [name, aliases] : kMoreAliases)
        if (name == ours && holdsWord(aliases, word))
            return true;
    return false;
}

std::vector<FunctionParameter> parametersOf(std::string_view text)
{
    std::vector<FunctionParameter> parameters;
    for (const std::string& part : split(text, ',')) {
        const std::string_view shown = trimmed(part);
        const size_t equals = shown.find('=');
        FunctionParameter parameter;
        parameter.takesRest = shown.starts_with('*');
        parameter.name = shown.substr(parameter.takesRest, equals - parameter.takesRest);
        parameter.ours = parameter.name;
        if (equals != std::string_view::npos)
            parameter.fallback = literal(shown.substr(equals + 1));
        parameter.shown = shown;
        parameters.push_back(std::move(parameter));
    }
    return parameters;
}

bool isTorch(std::string_view module)
{
    return module.starts_with("torch") || module == "F" || module == ".";
}

/// A module's own parameters, each told which of ours it is.
std::vector<FunctionParameter> ownParameters(std::string_view text,
                                             const std::vector<FunctionParameter>& ours)
{
    std::vector<FunctionParameter> own = parametersOf(text);
    for (FunctionParameter& parameter : own) {
        const auto isNamed = [&](const auto& our) { return our.name == parameter.name; };
        const auto isAlias = [&](const auto& our) {
            return isAliasOf(our.name, parameter.name) &&
                   std::none_of(own.begin(), own.end(),
                                [&](const auto& other) { return other.ours == our.name; });
        };
        if (std::any_of(ours.begin(), ours.end(), isNamed))
            continue;
        if (const auto our = std::find_if(ours.begin(), ours.end(), isAlias); our != ours.end())
            parameter.ours = our->name;
    }
    return own;
}

std::vector<FunctionParameter> renamed(std::vector<FunctionParameter> parameters,
                                       std::string_view module)
{
    if (!isTorch(module))
        return parameters;
    for (size_t i = 0; i < parameters.size(); ++i) {
        FunctionParameter& parameter = parameters[i];
        const size_t equals = parameter.shown.find('=');
        parameter.name = torchWord(parameter.ours, i == 0);
        parameter.shown = (parameter.takesRest ? "*" : "") + parameter.name +
                          (equals == std::string::npos ? "" : parameter.shown.substr(equals));
    }
    return parameters;
}

/// "name: module module(parameters) ...; name: ..."
void addSpellings(const FunctionEntry& entry, std::vector<FunctionSpelling>& all)
{
    const std::vector<FunctionParameter> ours = parametersOf(entry.parameters);
    std::string_view rest = entry.spellings;
    std::string name;
    while (!rest.empty()) {
        rest = rest.substr(rest.find_first_not_of(" ;"));
        const size_t end = rest.find_first_of(" ;(:");
        const std::string word(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
        if (rest.starts_with(':')) {
            name = word;
            rest.remove_prefix(1);
            continue;
        }
        FunctionSpelling spelling{word, name, &entry, {}};
        if (rest.starts_with('(')) {
            spelling.parameters = ownParameters(rest.substr(1, rest.find(')') - 1), ours);
            rest.remove_prefix(rest.find(')') + 1);
        } else {
            spelling.parameters = renamed(ours, word);
        }
        all.push_back(std::move(spelling));
    }
}

std::vector<FunctionSpelling> everySpelling()
{
    std::vector<FunctionSpelling> all;
    for (const auto table :
         {elementwiseFunctions(), activationFunctions(), comparisonFunctions(),
          reductionFunctions(), productFunctions(), shapeFunctions(), creationFunctions()})
        for (const FunctionEntry& entry : table)
            addSpellings(entry, all);
    return all;
}

/// One spelling of each entry under our own name, for names without a module.
std::vector<FunctionSpelling> bareSpellings()
{
    std::vector<FunctionSpelling> bare;
    const auto add = [&bare](const std::string& name, const FunctionEntry& entry) {
        for (const FunctionSpelling& known : bare)
            if (known.name == name)
                return;
        bare.push_back({"", name, &entry, parametersOf(entry.parameters)});
    };
    for (const FunctionSpelling& spelling : functionSpellings()) // Python's own max is of two
        if (spelling.module == "jax.lax" && (spelling.name == "max" || spelling.name == "min"))
            add(spelling.name, *spelling.entry);
    for (const FunctionSpelling& spelling : functionSpellings())
        if (spelling.module != "." && spelling.name == spelling.entry->name)
            add(spelling.name, *spelling.entry);
    for (const FunctionSpelling& spelling : functionSpellings())
        if (spelling.module != ".")
            add(spelling.name, *spelling.entry);
    return bare;
}

const FunctionSpelling* findIn(std::span<const FunctionSpelling> all, std::string_view module,
                               std::string_view name)
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const FunctionSpelling& spelling) {
        return spelling.module == module && spelling.name == name;
    });
    return found == all.end() ? nullptr : &*found;
}

}

std::string FunctionSpelling::text() const
{
    return module.empty() ? name : module == "." ? "." + name : module + "." + name;
}

std::string FunctionSpelling::signature() const
{
    std::vector<std::string> shown;
    for (const FunctionParameter& parameter : parameters)
        shown.push_back(parameter.shown);
    if (module == "." && !shown.empty())
        shown.erase(shown.begin());
    return name + "(" + join(shown, ", ") + ")";
}

std::span<const FunctionSpelling> functionSpellings()
{
    static const std::vector<FunctionSpelling> all = everySpelling();
    return all;
}

const FunctionSpelling* methodNamed(std::string_view name)
{
    return findIn(functionSpellings(), ".", name);
}

const FunctionSpelling* functionNamed(std::string_view name)
{
    static const std::vector<FunctionSpelling> bare = bareSpellings();
    return findIn(bare, "", name);
}

Result<const FunctionSpelling*> functionIn(std::string_view module, std::string_view name)
{
    if (const FunctionSpelling* found = findIn(functionSpellings(), module, name))
        return found;
    std::vector<std::string> elsewhere, names;
    for (const FunctionSpelling& spelling : functionSpellings()) {
        if (spelling.module == module)
            names.push_back(spelling.name);
        const bool isSame = spelling.name == name || spelling.entry->name == name;
        if (isSame && spelling.module != "." && elsewhere.size() < 6)
            elsewhere.push_back(spelling.text());
    }
    std::string message =
        fmt::format("There is no function '{}' in {}", printable(name), printable(module));
    if (!elsewhere.empty())
        return Error{"expression", std::move(message),
                     "It exists as " + join(elsewhere, ", ") + "."};
    // Of two names as near, the one of the same length: tahn is tanh, not tan.
    std::stable_partition(names.begin(), names.end(),
                          [&](const std::string& known) { return known.size() == name.size(); });
    const std::string near = closestWord(name, names);
    return Error{"expression", std::move(message),
                 near.empty() ? std::string() : "Did you mean '" + near + "'?"};
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
        const auto parameter = std::find_if(
            spelling.parameters.begin(), spelling.parameters.end(), [&](const auto& known) {
                return known.name == name || known.ours == name || isAliasOf(known.ours, name);
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
