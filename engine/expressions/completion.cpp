#include "engine/expressions/completion.h"

#include "engine/base/text.h"
#include "engine/expressions/spellings.h"

#include <algorithm>
#include <set>

namespace backstep {

namespace {

bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The text before a cursor that is counted in characters.
std::string_view before(std::string_view text, int cursor)
{
    size_t bytes = 0;
    for (; bytes < text.size(); ++bytes)
        if (beginsCharacter(text[bytes]) && cursor-- == 0)
            break;
    return text.substr(0, bytes);
}

/// Code with strings and comments as blanks, byte for byte; `isInside`: the end lies in one.
std::string withoutStrings(std::string_view text, bool& isInside)
{
    std::string code(text);
    char open = 0;
    for (char& c : code) {
        const char was = c;
        if (open != 0)
            c = ' ';
        if (open == 0 && (was == '#' || was == '"' || was == '\'')) {
            open = was;
            c = ' ';
        } else if (open != 0 && (was == '\n' || (open != '#' && was == open))) {
            open = 0;
        }
    }
    isInside = open != 0;
    return code;
}

/// "tf.math.ex" at the end of the code.
std::string_view dottedWordAtEnd(std::string_view code)
{
    size_t start = code.size();
    while (start > 0 && (isWordCharacter(code[start - 1]) || code[start - 1] == '.'))
        --start;
    return code.substr(start);
}

Completion offered(const FunctionSpelling& spelling)
{
    return {spelling.name, std::string(spelling.entry->summary), spelling.signature(),
            std::string(spelling.entry->derivative)};
}

/// Modules one step below a dotted name: "math" and "nn" below "tf".
void addModules(std::string_view path, std::string_view prefix, std::vector<Completion>& offers)
{
    std::set<std::string> seen;
    const std::string head = path.empty() ? std::string() : std::string(path) + ".";
    for (const std::string& module : moduleNames()) {
        if (!module.starts_with(head))
            continue;
        const std::string name =
            module.substr(head.size(), module.find('.', head.size()) - head.size());
        if (name.starts_with(prefix) && seen.insert(name).second)
            offers.push_back({name, "a module", {}, {}});
    }
}

const FunctionSpelling* functionOf(std::string_view dottedName)
{
    const size_t dot = dottedName.rfind('.');
    if (dot == std::string_view::npos)
        return functionNamed(dottedName);
    const std::optional<PythonModule> module = moduleNamed(dottedName.substr(0, dot));
    const std::string_view name = dottedName.substr(dot + 1);
    if (!module)
        return methodNamed(name);
    const Result<const FunctionSpelling*> found = functionIn(module->path, name);
    return found ? *found : nullptr;
}

}

CompletionList completionsAt(std::string_view text, int cursor, std::span<const std::string> names)
{
    bool isInside = false;
    const std::string_view typed = before(text, cursor);
    const std::string code = withoutStrings(typed, isInside);
    const std::string_view word = dottedWordAtEnd(code);
    const size_t dot = word.rfind('.');
    const std::string_view prefix = dot == std::string_view::npos ? word : word.substr(dot + 1);
    CompletionList list{static_cast<int>(characterCount(typed) - prefix.size()), {}};
    if (isInside || (!word.empty() && word.front() >= '0' && word.front() <= '9'))
        return list;
    const bool isPlain = dot == std::string_view::npos;
    const std::string_view path = isPlain ? std::string_view() : word.substr(0, dot);
    const std::optional<PythonModule> module = isPlain ? std::nullopt : moduleNamed(path);
    const std::string owner = isPlain ? "" : module ? module->path : ".";
    for (const std::string& name : names)
        if (isPlain && name.starts_with(prefix))
            list.offers.push_back({name, "a tensor of the op", {}, {}});
    const size_t ownCount = list.offers.size();
    std::set<std::string> seen;
    for (const FunctionSpelling& spelling : functionSpellings()) {
        const bool isHere = isPlain ? spelling.module != "." && !prefix.empty() &&
                                          spelling.name == spelling.entry->name
                                    : spelling.module == owner;
        if (isHere && spelling.name.starts_with(prefix) && seen.insert(spelling.name).second)
            list.offers.push_back(offered(isPlain ? *functionNamed(spelling.name) : spelling));
    }
    if (isPlain || module)
        addModules(path, prefix, list.offers);
    std::sort(list.offers.begin() + static_cast<ptrdiff_t>(ownCount), list.offers.end(),
              [](const Completion& a, const Completion& b) { return a.name < b.name; });
    return list;
}

namespace {

/// The call that is open at the end of the code: its function's name, and how many commas of its
/// own it has so far.
struct OpenCall {
    std::string_view name;
    size_t argument = 0;
};

std::optional<OpenCall> openCall(std::string_view code)
{
    int depth = 0;
    size_t argument = 0;
    for (size_t i = code.size(); i-- > 0;) {
        const char c = code[i];
        if (c == ')' || c == ']')
            ++depth;
        else if ((c == '(' || c == '[') && depth > 0)
            --depth;
        else if (c == ',' && depth == 0)
            ++argument;
        else if (c == '(' || c == '[') {
            const std::string_view name = dottedWordAtEnd(code.substr(0, i));
            if (c == '(' && !name.empty())
                return OpenCall{name, argument};
            argument = 0; // the commas so far were those of a list or a group
        }
    }
    return std::nullopt;
}

}

std::optional<SignatureTip> signatureAt(std::string_view text, int cursor)
{
    bool isInside = false;
    const std::string code = withoutStrings(before(text, cursor), isInside);
    const std::optional<OpenCall> call = openCall(code);
    const FunctionSpelling* spelling = call ? functionOf(call->name) : nullptr;
    if (!spelling)
        return std::nullopt;
    SignatureTip tip{spelling->signature(), 0, 0, std::string(spelling->entry->summary),
                     std::string(spelling->entry->derivative)};
    const std::vector<FunctionParameter>& parameters = spelling->parameters;
    const size_t first = spelling->module == "." ? 1 : 0; // a method does not name its tensor
    size_t index = first + call->argument;
    if (!parameters.empty() && parameters.back().takesRest)
        index = std::min(index, parameters.size() - 1);
    if (index >= parameters.size())
        return tip;
    size_t begin = spelling->name.size() + 1;
    for (size_t i = first; i < index; ++i)
        begin += parameters[i].shown.size() + 2;
    tip.parameterBegin = static_cast<int>(begin);
    tip.parameterEnd = static_cast<int>(begin + parameters[index].shown.size());
    return tip;
}

}
