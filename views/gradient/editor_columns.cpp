#include "views/gradient/editor_columns.h"

#include "views/gradient/expression_form.h"
#include "views/gradient/library_list.h"
#include "views/gradient/plot_column.h"

#include <QFrame>
#include <QHBoxLayout>

namespace backstep {

namespace {

constexpr int kLowPanel = 400, kLowestPanel = 140, kNarrowPanel = 1040;
constexpr int kListWidth = 312;

}

EditorColumns::EditorColumns(ExpressionForm* form, PlotColumn* middle, LibraryList* library,
                             QWidget* parent)
    : QWidget(parent), m_form(form), m_middle(middle), m_library(library)
{
    const auto upright = [this] {
        auto* line = new QFrame(this);
        line->setProperty("line", true);
        line->setFixedWidth(1);
        return line;
    };
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_form, 38);
    row->addWidget(upright());
    row->addWidget(m_middle, 38);
    row->addWidget(upright());
    row->addWidget(m_library, 23);
    m_library->setMinimumWidth(kListWidth);
}

void EditorColumns::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool isLow = height() < kLowPanel;
    m_form->setLow(isLow, height() < kLowestPanel);
    m_library->setLow(isLow);
    m_middle->setVisible(!isLow || width() >= kNarrowPanel);
    m_middle->setLow(isLow);
}

}
