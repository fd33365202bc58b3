#pragma once

#include "engine/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// One node of an expression. Operands are indices of earlier terms.
struct Term {
    enum class Kind : uint8_t {
        Number,
        Text, ///< a string
        Name,
        None,
        True,
        False,
        Ellipsis,
        Tuple, ///< or a list
        Unary,
        Binary,    ///< `text` is the operator as typed
        Call,      ///< operands: the callee, then the arguments
        Attribute, ///< `text` of the operand
        Index,     ///< operands: what is indexed, and by what
        Slice,     ///< operands: start, end, step; None where left out
    } kind = Kind::None;
    int column = 0; ///< in characters from the start of the text, 0-based
    double number = 0;
    bool isInteger = false;
    std::string text = {};
    std::vector<size_t> operands = {};
    std::vector<std::string> keywords = {}; ///< of a Call, one an argument; "" by position
    int height = 1;                         ///< how deep evaluating it nests
};

struct Parameter {
    std::string name;
    int column = 0;
    std::optional<size_t> fallback = {};                                    ///< a term
    enum class Kind : uint8_t { Plain, Rest, Keywords } kind = Kind::Plain; ///< a, *a, **a
};

struct Statement {
    enum class Kind : uint8_t {
        Expression, ///< `value`
        Assign,     ///< `target` = `value`, or with an operator in `text`: target `text`= value
        Return,
        Function, ///< `text` is the name
        Class,
        If,     ///< `value` is the condition
        Import, ///< `text` (module or module.name) as `alias`
    } kind = Kind::Expression;
    int column = 0;
    std::string text = {}, alias = {};
    std::optional<size_t> target = {}, value = {};
    std::vector<size_t> decorators = {}, bases = {};
    std::vector<Parameter> parameters = {};
    std::vector<Statement> body = {}, otherwise = {};
};

/// A pasted text as statements. Terms stand after their operands.
struct Syntax {
    std::string text;
    std::vector<Term> terms;
    std::vector<Statement> statements;
};

/// Reads the part of Python that gradients are written in, with the precedence of Python: nothing
/// is executed and nothing looked up. Texts are limited in length and nesting. An Error has a
/// column and says what was expected or what to write instead.
Result<Syntax> parseSyntax(std::string_view text);

/// An error at a place of a text: `message` without full stop; line and column are added for
/// people, counted from 1.
Error errorAt(std::string_view text, int column, std::string message, std::string hint = {});

}
