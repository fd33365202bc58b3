#pragma once

#include "views/gradient/expression_highlighter.h"

namespace backstep {

/// Inks of Python as a module: those of expressions, and Python's own words, strings, decorators.
class PythonHighlighter : public ExpressionHighlighter
{
    Q_OBJECT
public:
    using ExpressionHighlighter::ExpressionHighlighter;

protected:
    void highlightBlock(const QString& text) override;
};

}
