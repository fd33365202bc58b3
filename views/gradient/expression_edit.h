#pragma once

#include <QPlainTextEdit>

namespace backstep {

class ExpressionHighlighter;

/// A monospace field for a gradient with line numbers and a wavy line under the place of an error.
class ExpressionEdit : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit ExpressionEdit(QWidget* parent = nullptr);
    /// Column counted from 0 over the whole text; -1 takes the line away.
    void setErrorColumn(int column);
    int errorColumn() const { return m_errorColumn; }
    /// The text is taken over: undo goes on with the document that it was attached to.
    void forgetTyping() { document()->clearUndoRedoStacks(); }
    /// Replaces all of the text as typing would: it can be undone.
    void replaceText(const QString& text);

signals:
    /// Ctrl+Return.
    void submitted();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    class LineNumbers;
    int gutterWidth() const;
    void paintLineNumbers(QPaintEvent* event);
    void markUp();
    ExpressionHighlighter* m_highlighter;
    LineNumbers* m_numbers;
    int m_errorColumn = -1;
};

}
