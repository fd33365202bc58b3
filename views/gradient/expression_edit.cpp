#include "views/gradient/expression_edit.h"

#include "views/gradient/expression_highlighter.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"
#include "views/style/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QTextBlock>

namespace backstep {

/// The strip at the left that numbers the lines.
class ExpressionEdit::LineNumbers : public QWidget
{
public:
    explicit LineNumbers(ExpressionEdit& edit) : QWidget(&edit), m_edit(edit) {}

protected:
    void paintEvent(QPaintEvent* event) override { m_edit.paintLineNumbers(event); }

private:
    ExpressionEdit& m_edit;
};

ExpressionEdit::ExpressionEdit(QWidget* parent)
    : QPlainTextEdit(parent), m_highlighter(new ExpressionHighlighter(document())),
      m_numbers(new LineNumbers(*this))
{
    setFont(monoFont(13));
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
    setAccessibleName(tr("Expression of the gradient"));
    setViewportMargins(gutterWidth(), 0, 0, 0);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_highlighter->rehighlight();
        markUp();
    });
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &ExpressionEdit::markUp);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& area, int scrolled) {
        scrolled != 0 ? m_numbers->scroll(0, scrolled)
                      : m_numbers->update(0, area.y(), m_numbers->width(), area.height());
    });
}

int ExpressionEdit::gutterWidth() const
{
    return fontMetrics().horizontalAdvance(QStringLiteral("9")) * 3 + 10;
}

void ExpressionEdit::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    // From the border, past the padding of the style, to where the text begins.
    m_numbers->setGeometry(2, 2, viewport()->x() - 6, height() - 4);
}

void ExpressionEdit::paintLineNumbers(QPaintEvent* event)
{
    const Palette& palette = Palette::current();
    QPainter painter(m_numbers);
    painter.fillRect(event->rect(), palette.raised);
    painter.setFont(monoFont(11));
    const int above = viewport()->y() - m_numbers->y();
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF place = blockBoundingGeometry(block).translated(contentOffset());
        if (place.top() > event->rect().bottom())
            break;
        painter.setPen(block == textCursor().block() ? palette.text : palette.third);
        painter.drawText(QRectF(0, place.top() + above, m_numbers->width() - 8,
                                blockBoundingRect(block).height() / std::max(1, block.lineCount())),
                         Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(block.blockNumber() + 1));
    }
}

void ExpressionEdit::replaceText(const QString& text)
{
    QTextCursor cursor(document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    setTextCursor(cursor);
}

void ExpressionEdit::setErrorColumn(int column)
{
    m_errorColumn = column;
    markUp();
}

/// The line of the cursor, and the error.
void ExpressionEdit::markUp()
{
    QList<QTextEdit::ExtraSelection> marks;
    QTextEdit::ExtraSelection line;
    line.format.setBackground(Palette::current().tint);
    line.format.setProperty(QTextFormat::FullWidthSelection, true);
    line.cursor = textCursor();
    line.cursor.clearSelection();
    if (hasFocus() && blockCount() > 1)
        marks << line;
    if (m_errorColumn >= 0) {
        QTextEdit::ExtraSelection mark;
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(Palette::current().failed);
        mark.cursor = QTextCursor(document());
        const int last = static_cast<int>(toPlainText().size());
        mark.cursor.setPosition(std::min(m_errorColumn, last));
        mark.cursor.movePosition(QTextCursor::EndOfWord, QTextCursor::KeepAnchor);
        // At the end of the text there is no word: underline what stands before.
        if (!mark.cursor.hasSelection()) {
            mark.cursor.movePosition(m_errorColumn < last ? QTextCursor::NextCharacter
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
