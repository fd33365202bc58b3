#pragma once

#include "tests/app/visit.h"

#include <QAbstractItemView>
#include <QMenu>
#include <QMenuBar>
#include <QToolButton>

namespace backstep {

/// Clicks a point of a widget as a hand does: only where it is seen and nothing lies over it.
inline bool clicksAt(QWidget& widget, QPoint at)
{
    QWidget& window = *widget.window();
    QWidget* under = window.childAt(widget.mapTo(&window, at));
    if (!under || !(under == &widget || widget.isAncestorOf(under))) {
        qWarning() << "covered or out of view:" << &widget << at << "under the mouse:" << under;
        return false;
    }
    QTest::mouseClick(under, Qt::LeftButton, {},
                      under->mapFrom(&window, widget.mapTo(&window, at)));
    return true;
}

/// Waits until some of the widget is seen and takes clicks, and clicks there.
inline bool clicks(QWidget* widget)
{
    const auto isReady = [&] {
        return widget && widget->isVisible() && widget->isEnabled() &&
               !widget->visibleRegion().isEmpty();
    };
    if (!QTest::qWaitFor(isReady, kWait)) {
        qWarning() << "not to be clicked:" << widget;
        return false;
    }
    return clicksAt(*widget, widget->visibleRegion().boundingRect().center());
}

/// A button of the window by its words, of those that are seen.
inline QAbstractButton* buttonNamed(const QWidget& root, const QString& text)
{
    for (QAbstractButton* button : root.findChildren<QAbstractButton*>())
        if (button->text().remove(QLatin1Char('&')).startsWith(text) && button->isVisible())
            return button;
    return nullptr;
}

inline bool clicksButton(const QWidget& root, const QString& text)
{
    if (!QTest::qWaitFor([&] { return buttonNamed(root, text) != nullptr; }, kWait))
        for (const QAbstractButton* button : root.findChildren<QAbstractButton*>())
            qWarning() << "no button" << text << "but" << button->text() << button->isVisible();
    return clicks(buttonNamed(root, text));
}

/// A command in the tool bar.
inline bool clicksTool(Visit& visit, QAction* action)
{
    for (QToolButton* button : visit.window.findChildren<QToolButton*>())
        if (button->defaultAction() == action && button->isVisible())
            return clicks(button);
    qWarning() << "no tool" << action->text();
    return false;
}

inline bool clicksCell(QAbstractItemView& view, int row, int column)
{
    const QModelIndex index = view.model()->index(row, column);
    view.scrollTo(index); // what a wheel would do
    const QRect cell = view.visualRect(index) & view.viewport()->rect();
    return !cell.isEmpty() && clicksAt(*view.viewport(), cell.center());
}

/// A row of a menu that is open.
inline bool clicksAction(QWidget* popup, const QString& text)
{
    auto* menu = qobject_cast<QMenu*>(popup);
    for (QAction* action : menu ? menu->actions() : QList<QAction*>()) {
        if (!action->text().remove(QLatin1Char('&')).startsWith(text) || !action->isEnabled())
            continue;
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
        return true;
    }
    qWarning() << "no action" << text << "in" << popup;
    return false;
}

inline bool clicksMenu(Visit& visit, const QString& title, const QString& text)
{
    QMenuBar& bar = *visit.window.menuBar();
    for (QAction* action : bar.actions())
        if (action->text().remove(QLatin1Char('&')) == title)
            QTest::mouseClick(&bar, Qt::LeftButton, {}, bar.actionGeometry(action).center());
    return QTest::qWaitFor([] { return QApplication::activePopupWidget(); }) &&
           clicksAction(QApplication::activePopupWidget(), text);
}

/// An op in the graph.
inline bool clicksOp(Visit& visit, const OpAddress& address)
{
    auto& graph = visit.part<GraphView>();
    graph.ensureVisible(address);
    const BoxRef box = graph.state().scene->boxOf(address);
    if (!box.isValid())
        return false;
    const QRectF rect = graph.camera().toScreen(graph.state().scene->rectOf(box));
    return clicksAt(*graph.viewport(), rect.center().toPoint());
}

}
