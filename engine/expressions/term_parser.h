#pragma once

#include "engine/expressions/token_stream.h"

namespace backstep {

/// Reads expressions by recursive descent into the terms of a Syntax.
class TermParser
{
public:
    TermParser(TokenStream& tokens, Syntax& syntax) : m_tokens(tokens), m_terms(syntax.terms) {}

    /// One expression; `weakest` is the lowest binding strength that it may hold.
    size_t expression(int weakest = 1);
    /// `a, b`: a Tuple, or the expression alone.
    size_t expressionList() { return list(false); }
    /// The same after `=`: stops at `, name =`, where the next of several named results begins.
    size_t assignedList() { return list(true); }
    /// What stands after `if` as a statement: `and`, `or`, `not`, `is` are read here, since only
    /// what is known without running decides there.
    size_t condition();

private:
    size_t unary();
    size_t power();
    size_t primary();
    size_t atom();
    size_t name();
    size_t group();
    size_t list(bool stopsAtName);
    size_t bracketed();
    size_t call(size_t callee);
    size_t index(size_t indexed);
    size_t slice();
    size_t negatable();
    size_t add(Term term);
    size_t tuple(int column, std::vector<size_t> items)
    {
        return add({Term::Kind::Tuple, column, 0, false, {}, std::move(items)});
    }

    /// Counts how deep the descent is, so that no text can exhaust the stack.
    struct Nesting;

    TokenStream& m_tokens;
    std::vector<Term>& m_terms;
    int m_nesting = 0;
};

}
