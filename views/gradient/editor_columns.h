#pragma once

#include <QWidget>

namespace backstep {

class ExpressionForm;
class LibraryList;
class PlotColumn;

/// How an editor stands: what is typed, what it looks like, what there is to choose from. In a low
/// panel beside the graph what does not fit is left out.
class EditorColumns : public QWidget
{
public:
    /// Takes the three as children.
    EditorColumns(ExpressionForm* form, PlotColumn* middle, LibraryList* library,
                  QWidget* parent = nullptr);
    QSize minimumSizeHint() const override { return {480, 60}; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    ExpressionForm* m_form;
    PlotColumn* m_middle;
    LibraryList* m_library;
};

}
