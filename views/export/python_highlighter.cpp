#include "views/export/python_highlighter.h"

#include "views/style/palette.h"

#include <QRegularExpression>

namespace backstep {

void PythonHighlighter::highlightBlock(const QString& text)
{
    ExpressionHighlighter::highlightBlock(text);
    if (text.trimmed().startsWith(QLatin1Char('#')))
        return;
    static const QRegularExpression word(QStringLiteral(
        R"(\b(?:import|as|def|class|return|with|if|raise|assert|is|not|None|True|False|self)\b)"));
    static const QRegularExpression literal(QStringLiteral(R"(f?"[^"]*"|^\s*@[\w.]+)"));
    const Palette& palette = Palette::current();
    const auto ink = [&](const QRegularExpression& what, const QColor& colour, bool isBold) {
        QTextCharFormat format;
        format.setForeground(colour);
        if (isBold)
            format.setFontWeight(QFont::DemiBold);
        for (auto matches = what.globalMatch(text); matches.hasNext();) {
            const QRegularExpressionMatch match = matches.next();
            setFormat(static_cast<int>(match.capturedStart()),
                      static_cast<int>(match.capturedLength()), format);
        }
    };
    ink(word, palette.text, true);
    ink(literal, palette.checked, false);
}

}
