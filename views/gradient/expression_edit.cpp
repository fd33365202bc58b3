#include "views/gradient/expression_edit.h"

#include "views/gradient/completion_popup.h"
#include "views/gradient/expression_highlighter.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"
#include "views/style/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QTextBlock>

#include <algorithm>

namespace backstep {

namespace {
const QRegularExpression kDottedName(QStringLiteral(R"([\w.]+)"));
}

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
      m_numbers(new LineNumbers(*this)), m_completions(new CompletionPopup(this))
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
    connect(m_completions, &CompletionPopup::taken, this, &ExpressionEdit::takeCompletion);
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
        const auto name = kDottedName.match(toPlainText(), mark.cursor.position(),
                                            QRegularExpression::NormalMatch,
                                            QRegularExpression::AnchorAtOffsetMatchOption);
        mark.cursor.setPosition(mark.cursor.position() + static_cast<int>(name.capturedLength()),
                                QTextCursor::KeepAnchor);
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
        if (key->key() == Qt::Key_Escape && m_completions->isVisible()) {
            event->accept();
            return true;
        }
    }
    // Before the focus moves on by it.
    if (event->type() == QEvent::KeyPress && m_completions->hasOffers() &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Tab) {
        takeCompletion();
        return true;
    }
    return QPlainTextEdit::event(event);
}

void ExpressionEdit::keyPressEvent(QKeyEvent* event)
{
    if (completes(*event))
        return;
    if (event->modifiers() & Qt::ControlModifier &&
        (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        m_completions->hide();
        emit submitted();
        return;
    }
    const bool isAsked = event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier;
    if (!isAsked)
        QPlainTextEdit::keyPressEvent(event);
    const bool isTyped = !event->text().isEmpty() && event->text().at(0).isPrint();
    if (isAsked || isTyped || event->key() == Qt::Key_Backspace)
        offerCompletions();
    else
        m_completions->hide();
}

bool ExpressionEdit::completes(const QKeyEvent& key)
{
    if (key.key() == Qt::Key_Escape && m_completions->isVisible()) {
        m_completions->hide();
        return true;
    }
    if (!m_completions->hasOffers() || key.modifiers() & Qt::ControlModifier)
        return false;
    switch (key.key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
        m_completions->move(key.key() == Qt::Key_Up ? -1 : 1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        takeCompletion();
        return true;
    default:
        return false;
    }
}

void ExpressionEdit::offerCompletions()
{
    const std::string text = toPlainText().toStdString();
    const int cursor = textCursor().position();
    CompletionList list = completionsAt(text, cursor, m_ownNames);
    const std::string word = toPlainText().mid(list.start, cursor - list.start).toStdString();
    // A word that is complete, or not begun, is left alone; so is a name of the op.
    const auto isDone = [&](const Completion& offer) { return offer.name == word; };
    const bool isAfterDot = list.start > 0 && text.size() >= static_cast<size_t>(list.start) &&
                            toPlainText().at(list.start - 1) == QLatin1Char('.');
    if ((word.empty() && !isAfterDot) ||
        std::any_of(list.offers.begin(), list.offers.end(), isDone))
        list.offers.clear();
    QTextCursor begin(document());
    begin.setPosition(std::min<int>(list.start, static_cast<int>(toPlainText().size())));
    QRect place = cursorRect(begin);
    place.translate(viewport()->pos());
    m_completions->offer(list, list.offers.empty() ? signatureAt(text, cursor) : std::nullopt,
                         place);
}

void ExpressionEdit::takeCompletion()
{
    QTextCursor cursor = textCursor();
    const int end = cursor.position();
    cursor.setPosition(m_completions->start());
    cursor.setPosition(end, QTextCursor::KeepAnchor);
    cursor.insertText(QString::fromStdString(m_completions->marked().name));
    m_completions->hide();
}

void ExpressionEdit::focusOutEvent(QFocusEvent* event)
{
    m_completions->hide();
    QPlainTextEdit::focusOutEvent(event);
}

}
