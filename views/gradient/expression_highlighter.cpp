#include "views/gradient/expression_highlighter.h"

#include "views/style/palette.h"

#include <QRegularExpression>

namespace backstep {

void ExpressionHighlighter::highlightBlock(const QString& text)
{
    static const QRegularExpression token(
        QStringLiteral(R"((#.*$)|(\d+\.?\d*(?:e[+-]?\d+)?)|([A-Za-z_][A-Za-z_0-9.]*)(\s*\()?)"));
    static const QRegularExpression ownName(QStringLiteral(R"(^(x|y|dy|dx|w)\d*$)"));
    const Palette& palette = Palette::current();
    auto tokens = token.globalMatch(text);
    while (tokens.hasNext()) {
        const QRegularExpressionMatch match = tokens.next();
        QTextCharFormat format;
        int group = 3;
        if (match.hasCaptured(1)) {
            group = 1;
            format.setForeground(palette.third);
        } else if (match.hasCaptured(2)) {
            group = 2;
            format.setForeground(palette.checked);
        } else if (ownName.match(match.captured(3)).hasMatch()) {
            format.setForeground(palette.accent);
        } else if (match.hasCaptured(4)) {
            format.setForeground(palette.backward);
        } else {
            continue;
        }
        setFormat(static_cast<int>(match.capturedStart(group)),
                  static_cast<int>(match.capturedLength(group)), format);
    }
}

}
