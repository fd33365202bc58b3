// Terms with brackets: groups, lists, calls and indices.
#include "engine/expressions/term_parser.h"

namespace backstep {

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

}
