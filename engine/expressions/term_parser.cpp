#include "engine/expressions/term_parser.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr size_t kMaxTerms = 4'000;
constexpr int kMaxNesting = 100;
constexpr int kFramesALevel = 3; ///< of a pair of parentheses

}

struct TermParser::Nesting {
    explicit Nesting(TermParser& owner) : parser(owner)
    {
        if (++parser.m_nesting > kFramesALevel * kMaxNesting)
            parser.m_tokens.fail(
                fmt::format("The expression is nested more than {} deep", kMaxNesting));
    }
    ~Nesting() { --parser.m_nesting; }
    TermParser& parser;
};

size_t TermParser::list(bool stopsAtName)
{
    const int column = m_tokens.now().column;
    std::vector<size_t> items{expression()};
    bool isTuple = false;
    while (!m_tokens.error() && m_tokens.is(",")) {
        const Token& next = m_tokens.after();
        const bool isBeforeSign = next.kind == Token::Kind::Symbol && next.text == "=";
        if (next.kind == Token::Kind::Newline || next.kind == Token::Kind::End || isBeforeSign) {
            m_tokens.advance();
            isTuple = true;
            break;
        }
        m_tokens.advance();
        const Token& sign = m_tokens.after();
        if (stopsAtName && m_tokens.is(Token::Kind::Name) && sign.kind == Token::Kind::Symbol &&
            sign.text == "=")
            break;
        items.push_back(expression());
    }
    return isTuple || items.size() > 1 ? tuple(column, std::move(items)) : items.front();
}

size_t TermParser::expression(int weakest)
{
    const Nesting nesting(*this);
    if (m_tokens.error())
        return 0;
    size_t left = unary();
    bool hasCompared = false;
    while (!m_tokens.error() && m_tokens.is(Token::Kind::Symbol)) {
        const int strength = strengthOf(m_tokens.now().text);
        if (strength == 0 || strength < weakest)
            break;
        if (strength == 1 && hasCompared) {
            m_tokens.fail("Comparisons are not chained; expected the end of the comparison",
                          "Write (a < b) & (b < c).");
            break;
        }
        hasCompared = hasCompared || strength == 1;
        const Token op = m_tokens.advance();
        const size_t right = expression(strength + 1);
        left = add({Term::Kind::Binary, op.column, 0, false, std::string(op.text), {left, right}});
    }
    return left;
}

size_t TermParser::condition()
{
    const Nesting nesting(*this);
    if (m_tokens.error())
        return 0;
    size_t left = negatable();
    while (m_tokens.isWord("and") || m_tokens.isWord("or")) {
        const Token op = m_tokens.advance();
        const size_t right = negatable();
        left = add({Term::Kind::Binary, op.column, 0, false, std::string(op.text), {left, right}});
        if (m_tokens.error())
            break;
    }
    return left;
}

size_t TermParser::negatable()
{
    const Nesting nesting(*this);
    const Token first = m_tokens.now();
    if (m_tokens.takeWord("not"))
        return add({Term::Kind::Unary, first.column, 0, false, "not", {negatable()}});
    const size_t left = expression();
    const Token is = m_tokens.now();
    if (!m_tokens.takeWord("is"))
        return left;
    const std::string op = m_tokens.takeWord("not") ? "is not" : "is";
    const size_t right = expression();
    return add({Term::Kind::Binary, is.column, 0, false, op, {left, right}});
}

size_t TermParser::unary()
{
    const Nesting nesting(*this);
    if (m_tokens.error())
        return 0;
    if (!m_tokens.is("-") && !m_tokens.is("+") && !m_tokens.is("~"))
        return power();
    const Token op = m_tokens.advance();
    const size_t operand = unary();
    if (m_tokens.error() || op.text == "+")
        return operand;
    return add({Term::Kind::Unary, op.column, 0, false, std::string(op.text), {operand}});
}

size_t TermParser::power()
{
    const size_t base = primary();
    if (m_tokens.error() || !m_tokens.is("**"))
        return base;
    const Token op = m_tokens.advance();
    const size_t exponent = unary(); // it may have a sign: x**-2
    return add({Term::Kind::Binary, op.column, 0, false, "**", {base, exponent}});
}

size_t TermParser::primary()
{
    size_t term = atom();
    while (!m_tokens.error()) {
        if (m_tokens.is("(")) {
            term = call(term);
        } else if (m_tokens.is("[")) {
            term = index(term);
        } else if (m_tokens.take(".")) {
            if (!m_tokens.is(Token::Kind::Name)) {
                m_tokens.unexpected("a name after '.'");
                return 0;
            }
            const Token name = m_tokens.advance();
            term = add({Term::Kind::Attribute,
                        m_terms[term].column,
                        0,
                        false,
                        std::string(name.text),
                        {term}});
        } else {
            break;
        }
    }
    return term;
}

size_t TermParser::atom()
{
    const Token& token = m_tokens.now();
    if (token.kind == Token::Kind::Number || token.kind == Token::Kind::Text) {
        const bool isNumber = token.kind == Token::Kind::Number;
        const Token taken = m_tokens.advance();
        return add({isNumber ? Term::Kind::Number : Term::Kind::Text,
                    taken.column,
                    taken.number,
                    taken.isInteger,
                    std::string(taken.text),
                    {}});
    }
    if (token.kind == Token::Kind::Name)
        return name();
    if (m_tokens.is("("))
        return group();
    if (m_tokens.is("["))
        return bracketed();
    if (m_tokens.is("..."))
        return add({Term::Kind::Ellipsis, m_tokens.advance().column});
    m_tokens.unexpected("a number, a name or '('");
    return 0;
}

size_t TermParser::name()
{
    const Token token = m_tokens.now();
    if (const auto hint = hintForPythonWord(token.text)) {
        m_tokens.fail(
            fmt::format("'{}' is not part of an expression; expected a number, a name or '('",
                        token.text),
            std::string(*hint));
        return 0;
    }
    m_tokens.advance();
    const auto kind = token.text == "None"    ? Term::Kind::None
                      : token.text == "True"  ? Term::Kind::True
                      : token.text == "False" ? Term::Kind::False
                                              : Term::Kind::Name;
    return add({kind, token.column, 0, false, std::string(token.text), {}});
}

/// `(a)`, `()`, `(a,)`, `(a, b)`
size_t TermParser::group()
{
    const Nesting nesting(*this);
    const Token open = m_tokens.advance();
    std::vector<size_t> items;
    bool isTuple = m_tokens.is(")");
    while (!m_tokens.error() && !m_tokens.is(")")) {
        items.push_back(expression());
        if (!m_tokens.take(","))
            break;
        isTuple = true;
    }
    m_tokens.expect(")");
    if (m_tokens.error())
        return 0;
    return isTuple ? tuple(open.column, std::move(items)) : items.front();
}

size_t TermParser::bracketed()
{
    const Nesting nesting(*this);
    const Token open = m_tokens.advance();
    std::vector<size_t> items;
    while (!m_tokens.error() && !m_tokens.is("]")) {
        items.push_back(expression());
        if (m_tokens.isWord("for"))
            m_tokens.failAt(open.column, "A list '[... for ...]' made by a loop is not read",
                            "Expressions work on whole tensors.");
        if (!m_tokens.take(","))
            break;
    }
    m_tokens.expect("]");
    return tuple(open.column, std::move(items));
}

size_t TermParser::call(size_t callee)
{
    const Nesting nesting(*this);
    m_tokens.advance();
    Term term{Term::Kind::Call, m_terms[callee].column, 0, false, {}, {callee}};
    while (!m_tokens.error() && !m_tokens.is(")")) {
        std::string keyword;
        const Token& after = m_tokens.after();
        if (m_tokens.is("*") || m_tokens.is("**"))
            m_tokens.fail(fmt::format("'{}' before an argument is not read", m_tokens.now().text),
                          "Write the arguments one by one.");
        if (m_tokens.is(Token::Kind::Name) && after.kind == Token::Kind::Symbol &&
            after.text == "=") {
            keyword = m_tokens.advance().text;
            m_tokens.advance();
        } else if (!term.keywords.empty() && !term.keywords.back().empty()) {
            m_tokens.fail("An argument by position stands after one by name",
                          "Give it a name, or move it to the front.");
        }
        term.operands.push_back(expression());
        term.keywords.push_back(std::move(keyword));
        if (!m_tokens.take(","))
            break;
    }
    m_tokens.expect(")");
    return add(std::move(term));
}

size_t TermParser::index(size_t indexed)
{
    const Nesting nesting(*this);
    const Token open = m_tokens.advance();
    std::vector<size_t> items;
    bool isTuple = false;
    while (!m_tokens.error() && !m_tokens.is("]")) {
        items.push_back(slice());
        if (!m_tokens.take(","))
            break;
        isTuple = true;
    }
    if (!m_tokens.error() && items.empty())
        m_tokens.unexpected("an index");
    m_tokens.expect("]");
    if (m_tokens.error())
        return 0;
    const size_t by = isTuple ? tuple(open.column, std::move(items)) : items.front();
    return add({Term::Kind::Index, open.column, 0, false, {}, {indexed, by}});
}

size_t TermParser::slice()
{
    const int column = m_tokens.now().column;
    const auto part = [this, column] {
        return m_tokens.is(":") || m_tokens.is("]") || m_tokens.is(",")
                   ? add({Term::Kind::None, column})
                   : expression();
    };
    const size_t start = part();
    if (!m_tokens.take(":"))
        return start;
    const size_t end = part();
    const size_t step = m_tokens.take(":") ? part() : add({Term::Kind::None, column});
    return add({Term::Kind::Slice, column, 0, false, {}, {start, end, step}});
}

size_t TermParser::add(Term term)
{
    if (m_terms.size() >= kMaxTerms)
        m_tokens.fail(fmt::format("The text is too long: the limit is {} terms", kMaxTerms));
    if (m_tokens.error())
        return 0;
    // A long sum is evaluated from left to right without nesting, so only its right sides count.
    const bool isChain = term.kind == Term::Kind::Binary;
    for (size_t i = 0; i < term.operands.size(); ++i)
        term.height =
            std::max(term.height, m_terms[term.operands[i]].height + (isChain && i == 0 ? 0 : 1));
    if (term.height > kMaxNesting)
        m_tokens.fail(fmt::format("The expression is nested more than {} deep", kMaxNesting));
    m_terms.push_back(std::move(term));
    return m_terms.size() - 1;
}

}
