#pragma once

#include <QPlainTextEdit>

#include <string>
#include <vector>

namespace backstep {

class CompletionPopup;
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
    /// The op's own names, which completion offers first.
    void setNames(std::vector<std::string> names) { m_ownNames = std::move(names); }
    CompletionPopup& completions() { return *m_completions; }
    /// Replaces all of the text as typing would: it can be undone.
    void replaceText(const QString& text);

signals:
    /// Ctrl+Return.
    void submitted();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    class LineNumbers;
    int gutterWidth() const;
    void paintLineNumbers(QPaintEvent* event);
    void markUp();
    /// True where the key was for the list of offers.
    bool completes(const QKeyEvent& key);
    void offerCompletions();
    void takeCompletion();
    ExpressionHighlighter* m_highlighter;
    LineNumbers* m_numbers;
    CompletionPopup* m_completions;
    std::vector<std::string> m_ownNames;
    int m_errorColumn = -1;
};

}
