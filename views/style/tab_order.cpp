#include "views/style/tab_order.h"

#include <QLayout>
#include <QScrollArea>
#include <QWidget>

namespace backstep {

namespace {

void collect(QLayout& layout, QWidgetList& widgets);

void collect(QWidget& widget, QWidgetList& widgets)
{
    // Of radio buttons the chosen one alone has the Tab key, and that changes.
    if (widget.focusPolicy() != Qt::NoFocus)
        widgets << &widget;
    const auto* scroll = qobject_cast<QScrollArea*>(&widget);
    QWidget* inner = scroll ? scroll->widget() : &widget;
    if (inner && inner->layout())
        collect(*inner->layout(), widgets);
}

void collect(QLayout& layout, QWidgetList& widgets)
{
    for (int i = 0; i < layout.count(); ++i) {
        if (QWidget* widget = layout.itemAt(i)->widget())
            collect(*widget, widgets);
        else if (QLayout* inner = layout.itemAt(i)->layout())
            collect(*inner, widgets);
    }
}

}

void tabInLayoutOrder(QWidget& root)
{
    QWidgetList widgets;
    if (root.layout())
        collect(*root.layout(), widgets);
    for (int i = 1; i < widgets.size(); ++i)
        QWidget::setTabOrder(widgets[i - 1], widgets[i]);
}

}
