// What the names of a text stand for, and what follows their dots.
#include "engine/expressions/interpreter.h"

#include "engine/base/text.h"
#include "engine/expressions/spellings.h"
#include "engine/expressions/tensor_access.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace backstep {

namespace {

/// What frameworks call the cotangent and the input, where the op has no input of that name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kAliases{{
    {"grad_output", "dy"},
    {"grad_outputs", "dy"},
    {"grad", "dy"},
    {"upstream", "dy"},
    {"dout", "dy"},
    {"g", "dy"},
    {"input", "x"},
    {"inputs", "x"},
    {"output", "y"},
}};

}

Environment::Entry* Interpreter::tensorNamed(std::string_view name)
{
    Environment::Entry* entry = globals().find(name);
    for (const auto& [alias, meant] : kAliases)
        if (!entry && name == alias)
            entry = globals().find(meant);
    return entry && entry->value.as<Value>() ? entry : nullptr;
}

PythonValue Interpreter::named(const Term& of, Environment& in)
{
    Environment::Entry* entry = in.find(of.text);
    if (!entry)
        entry = tensorNamed(of.text);
    if (entry) {
        entry->isRead = true;
        const Value* tensor = entry->value.as<Value>();
        if (tensor && !tensor->isPresent()) {
            fail(of.column,
                 fmt::format("'{}' is an optional input that this op does not have", of.text));
        } else if (tensor && !numbers.has(tensor->dtype()) && tensor->dtype() != DType::Bool) {
            fail(of.column, fmt::format("'{}' is {}; expected a tensor of numbers", of.text,
                                        nameOf(tensor->dtype())));
        }
        return entry->value;
    }
    if (const std::optional<PythonModule> module = moduleNamed(of.text))
        return *module;
    if (const FunctionSpelling* function = functionNamed(of.text))
        return PythonBuiltin{function};
    std::vector<std::string> known;
    for (Environment* here = &in; here; here = here->outer)
        for (const auto& [name, value] : here->names)
            if (value.value.as<Value>())
                known.push_back(name);
    const std::string near = closestWord(of.text, known);
    fail(of.column,
         fmt::format("'{}' is not known here; expected one of {}", of.text, join(known, ", ")),
         near.empty() ? "" : "Did you mean '" + near + "'?");
    return {};
}

std::string Interpreter::dotted(size_t index) const
{
    const Term& of = term(index);
    if (of.kind == Term::Kind::Attribute)
        return dotted(of.operands[0]) + "." + of.text;
    return of.kind == Term::Kind::Name ? of.text : "...";
}

/// The whole chain `a.b.c` at once, so that a message can name all of it.
PythonValue Interpreter::attribute(const Term& of, Environment& in)
{
    std::vector<const Term*> chain;
    const Term* base = &of;
    for (; base->kind == Term::Kind::Attribute; base = &term(base->operands[0]))
        chain.push_back(base);
    const std::string whole = dotted(chain.front()->operands[0]) + "." + of.text;
    if (base->kind == Term::Kind::Name && !in.find(base->text) && !moduleNamed(base->text) &&
        !tensorNamed(base->text)) {
        fail(of.column, fmt::format("'{}' is no known module or tensor in '{}'", base->text, whole),
             "Known modules: tf, keras.ops, torch, F, np, jnp, jax.nn, jax.lax, math.");
        return {};
    }
    PythonValue value = evaluate(chain.back()->operands[0], in);
    for (auto link = chain.rbegin(); link != chain.rend() && !m_error; ++link)
        value = attributeOf(value, **link, whole);
    return value;
}

PythonValue Interpreter::attributeOf(const PythonValue& object, const Term& of,
                                     const std::string& whole)
{
    if (const PythonModule* module = object.as<PythonModule>())
        return moduleAttribute(module->path, of, whole);
    if (const auto* owner = object.as<std::shared_ptr<PythonObject>>()) {
        const auto found = (*owner)->attributes.find(of.text);
        if (found != (*owner)->attributes.end())
            return found->second;
        fail(of.column, fmt::format("{} has no '{}' in '{}'", (*owner)->kind, of.text, whole));
        return {};
    }
    const PythonTuple* tuple = object.as<PythonTuple>();
    if (tuple && tuple->items.size() == 2 && (of.text == "values" || of.text == "indices"))
        return tuple->items[of.text == "values" ? 0 : 1];
    const Value* tensor = object.as<Value>();
    if (tensor) {
        std::optional<PythonValue> known = tensorAttribute(*tensor, of.text);
        takeBuilderError(of.column);
        if (known)
            return *known;
        if (const FunctionSpelling* method = methodNamed(of.text))
            return PythonBuiltin{method, std::make_shared<PythonValue>(object)};
    }
    std::vector<std::string> methods;
    for (const FunctionSpelling& spelling : functionSpellings())
        if (spelling.module == ".")
            methods.push_back(spelling.name);
    const std::string near = tensor ? closestWord(of.text, methods) : std::string();
    fail(of.column,
         fmt::format("'{}' of {} is not read, in '{}'", of.text, described(object), whole),
         near.empty() ? "" : "Did you mean '" + near + "'?");
    return {};
}

PythonValue Interpreter::moduleAttribute(const std::string& path, const Term& of,
                                         const std::string& whole)
{
    if (const std::optional<PythonModule> inner = moduleNamed(path + "." + of.text))
        return *inner;
    if (const std::optional<PythonValue> constant = constantIn(path, of.text))
        return *constant; // np.float32 is a dtype first, and can be called
    const Result<const FunctionSpelling*> function = functionIn(path, of.text);
    if (function)
        return PythonBuiltin{*function};
    Error error = function.error();
    if (whole.ends_with("." + of.text))
        fail(of.column, std::move(error.message), std::move(error.hint));
    else
        fail(of.column, fmt::format("'{}.{}' of '{}' is no known module", path, of.text, whole),
             "Known modules: tf, keras.ops, torch, F, np, jnp, jax.nn, jax.lax, math.");
    return {};
}

}
