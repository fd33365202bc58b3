#pragma once

#include <QSyntaxHighlighter>

namespace backstep {

/// Inks of a gradient expression: the op's own names, functions, numbers, comments.
class ExpressionHighlighter : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString& text) override;
};

}
