// Calls: of functions of the table, of methods, of what `ctx` offers.
#include "engine/expressions/interpreter.h"

#include "engine/base/text.h"
#include "engine/expressions/function_call.h"
#include "engine/expressions/spellings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace backstep {

namespace {

/// Arguments that change nothing here.
constexpr std::array<std::string_view, 9> kIgnoredKeywords{
    "name", "inplace",      "precision",     "device", "requires_grad",
    "copy", "non_blocking", "memory_format", "dtype",
};

/// What `ctx` offers beside save_for_backward; none of it changes a gradient here.
constexpr std::array<std::string_view, 4> kContextNotes{
    "mark_non_differentiable", "set_materialize_grads", "mark_dirty", "mark_shared_storage"};

bool takesDType(const FunctionSpelling& spelling)
{
    return std::any_of(spelling.parameters.begin(), spelling.parameters.end(),
                       [](const auto& parameter) { return parameter.ours == "dtype"; });
}

/// A function of the table on numbers alone is a number: np.sqrt(2 / np.pi).
std::optional<PythonNumber> onNumbers(const FunctionEntry& entry,
                                      const std::map<std::string, PythonValue, std::less<>>& given)
{
    if (entry.op.empty() || entry.build)
        return std::nullopt;
    std::vector<Tensor> operands;
    for (const FunctionParameter& parameter : functionNamed(entry.name)->parameters) {
        const auto found = given.find(parameter.ours);
        const PythonNumber* number =
            found == given.end() ? nullptr : found->second.as<PythonNumber>();
        if (!number)
            return std::nullopt;
        operands.push_back(Tensor::scalar(number->value, DType::Float64));
    }
    const Result<std::vector<Tensor>> result = evaluate({std::string(entry.op)}, {}, operands);
    if (!result || !isFloating(result->front().dtype()))
        return std::nullopt;
    return PythonNumber{result->front().number(0), false};
}

/// What a row of the table without lowering of its own is: one operator on all its operands.
PythonValue oneOperator(const FunctionCall& call, const FunctionSpelling& spelling)
{
    const std::string op(spelling.entry->op);
    if (spelling.parameters.size() == 1) {
        const Value x = call.floatingTensor(spelling.parameters[0].ours);
        return x.isPresent() ? call.builder().add(op, {x}) : x;
    }
    const std::vector<Value> both =
        call.ofOneDType({spelling.parameters[0].ours, spelling.parameters[1].ours});
    return both[0].isPresent() ? call.builder().add(op, both) : Value();
}

}

PythonValue Interpreter::called(const Term& of, Environment& in)
{
    const Term& callee = term(of.operands[0]);
    Arguments positional;
    Keywords keywords;
    PythonValue function;
    if (callee.kind == Term::Kind::Name && !in.find(callee.text) && !functionNamed(callee.text)) {
        std::vector<std::string> known;
        for (const FunctionSpelling& spelling : functionSpellings())
            if (spelling.module != ".")
                known.push_back(spelling.name);
        const std::string near = closestWord(callee.text, known);
        fail(of.column, fmt::format("There is no function '{}'", callee.text),
             near.empty() ? "" : "Did you mean '" + near + "'?");
        return {};
    }
    PythonValue owner;
    if (callee.kind == Term::Kind::Attribute)
        owner = ownerOfMethod(callee, in);
    const Value* tensor = owner.as<Value>();
    const auto* object = owner.as<std::shared_ptr<PythonObject>>();
    const bool isContext = object && (*object)->kind == "ctx";
    const FunctionSpelling* method = tensor ? methodNamed(callee.text) : nullptr;
    const bool isInPlace = tensor && !method && callee.text.ends_with('_');
    if (isInPlace)
        method = methodNamed(callee.text.substr(0, callee.text.size() - 1));
    if (method)
        function = PythonBuiltin{method, std::make_shared<PythonValue>(owner)};
    else if (!isContext)
        function = evaluate(of.operands[0], in);
    for (size_t i = 1; i < of.operands.size(); ++i) {
        const std::string& keyword = of.keywords[i - 1];
        if (keyword.empty())
            positional.push_back(evaluate(of.operands[i], in));
        else
            keywords.emplace_back(keyword, evaluate(of.operands[i], in));
    }
    if (m_error)
        return {};
    if (isContext)
        return callContext(**object, callee, std::move(positional));
    PythonValue result = call(function, std::move(positional), std::move(keywords), of.column);
    if (isInPlace && method)
        changeInPlace(callee.operands[0], result, in, of.column);
    return result;
}

/// `x.mul_(2)` changes x, and so does `x.mul_(2).clamp_(0, 1)`.
void Interpreter::changeInPlace(size_t changed, const PythonValue& value, Environment& in,
                                int column)
{
    while (term(changed).kind == Term::Kind::Call &&
           term(term(changed).operands[0]).kind == Term::Kind::Attribute)
        changed = term(term(changed).operands[0]).operands[0];
    const Term::Kind kind = term(changed).kind;
    if (kind == Term::Kind::Name || kind == Term::Kind::Attribute || kind == Term::Kind::Index)
        assign(changed, value, in, column);
}

/// What stands before the last dot, where that is a tensor or an object; else None.
PythonValue Interpreter::ownerOfMethod(const Term& callee, Environment& in)
{
    const Term* base = &callee;
    while (base->kind == Term::Kind::Attribute)
        base = &term(base->operands[0]);
    const bool isModule = base->kind == Term::Kind::Name && !in.find(base->text) &&
                          moduleNamed(base->text).has_value();
    const bool isUnknown = base->kind == Term::Kind::Name && !in.find(base->text) && !isModule &&
                           !tensorNamed(base->text);
    if (isModule || isUnknown)
        return {};
    return evaluate(callee.operands[0], in);
}

PythonValue Interpreter::callContext(PythonObject& context, const Term& callee,
                                     Arguments positional)
{
    if (callee.text == "save_for_backward") {
        const PythonTuple saved{std::move(positional)};
        context.attributes["saved_tensors"] = saved;
        context.attributes["saved_variables"] = saved;
    } else if (std::find(kContextNotes.begin(), kContextNotes.end(), callee.text) ==
               kContextNotes.end()) {
        fail(callee.column, fmt::format("ctx.{} is not read", callee.text),
             "Known are ctx.save_for_backward and attributes such as ctx.alpha = alpha.");
    }
    return {};
}

PythonValue Interpreter::callBuiltin(const PythonBuiltin& builtin, Arguments positional,
                                     Keywords keywords, int column)
{
    const FunctionSpelling& spelling = *builtin.spelling;
    if (builtin.self)
        positional.insert(positional.begin(), *builtin.self);
    std::optional<DType> wanted;
    std::erase_if(keywords, [&](const auto& keyword) {
        if (takesDType(spelling) && keyword.first == "dtype")
            return false;
        if (const DType* dtype = keyword.second.template as<DType>();
            dtype && keyword.first == "dtype")
            wanted = *dtype;
        return std::find(kIgnoredKeywords.begin(), kIgnoredKeywords.end(), keyword.first) !=
               kIgnoredKeywords.end();
    });
    auto arguments = boundArguments(spelling, std::move(positional), std::move(keywords));
    if (!arguments) {
        fail(column, arguments.error().message, arguments.error().hint);
        return {};
    }
    if (const std::optional<PythonNumber> number = onNumbers(*spelling.entry, *arguments))
        return *number;
    const std::string typed = spelling.text();
    FunctionCall call(m_operands, typed, *spelling.entry, std::move(*arguments));
    if (spelling.module == "math") {
        const Result<const FunctionSpelling*> other = functionIn("a tensor", spelling.name);
        fail(column, fmt::format("{} takes numbers, not tensors", typed),
             other ? "" : other.error().hint);
        return {};
    }
    PythonValue result =
        spelling.entry->build ? spelling.entry->build(call) : oneOperator(call, spelling);
    if (const Value* tensor = result.as<Value>(); tensor && tensor->isPresent() && wanted)
        result = m_operands.cast(*tensor, *wanted);
    takeBuilderError(column);
    return result;
}

}
