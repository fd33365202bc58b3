#include "views/gradient/expression_edit.h"

#include "views/gradient/expression_highlighter.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"
#include "views/style/theme.h"

#include <QKeyEvent>
#include <QTextBlock>

namespace backstep {

ExpressionEdit::ExpressionEdit(QWidget* parent)
    : QPlainTextEdit(parent), m_highlighter(new ExpressionHighlighter(document()))
{
    setFont(monoFont(13));
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
    setAccessibleName(tr("Expression of the gradient"));
    connect(&Theme::instance(), &Theme::changed, m_highlighter,
            &ExpressionHighlighter::rehighlight);
}

void ExpressionEdit::setErrorColumn(int column)
{
    m_errorColumn = column;
    QList<QTextEdit::ExtraSelection> marks;
    if (column >= 0) {
        QTextEdit::ExtraSelection mark;
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(Palette::current().failed);
        mark.cursor = QTextCursor(document());
        const int last = static_cast<int>(toPlainText().size());
        mark.cursor.setPosition(std::min(column, last));
        mark.cursor.movePosition(QTextCursor::EndOfWord, QTextCursor::KeepAnchor);
        // At the end of the text there is no word: underline what stands before.
        if (!mark.cursor.hasSelection()) {
            mark.cursor.movePosition(column < last ? QTextCursor::NextCharacter
                                                   : QTextCursor::PreviousCharacter,
                                     QTextCursor::KeepAnchor);
        }
        marks << mark;
    }
    setExtraSelections(marks);
}

bool ExpressionEdit::event(QEvent* event)
{
    // Keys that would change nothing here are left to the window.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->matches(QKeySequence::Undo) && !document()->isUndoAvailable()) ||
            (key->matches(QKeySequence::Redo) && !document()->isRedoAvailable())) {
            event->ignore();
            return false;
        }
    }
    return QPlainTextEdit::event(event);
}

void ExpressionEdit::keyPressEvent(QKeyEvent* event)
{
    if (event->modifiers() & Qt::ControlModifier &&
        (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        emit submitted();
    else
        QPlainTextEdit::keyPressEvent(event);
}

}
