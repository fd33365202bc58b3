#pragma once

#include <QObject>
#include <QString>

#include <vector>

class QAction;
class QMainWindow;
class QMenu;

namespace backstep {

/// Every command of the window, each once: with text, shortcut, tool tip and icon.
class Actions : public QObject
{
    Q_OBJECT
public:
    explicit Actions(QMainWindow& window);

    // File
    QAction *open, *newModel, *save, *saveAs, *welcome, *quit;
    // Edit
    QAction *undo, *redo;
    // View
    QAction *maximizePanel, *resetLayout, *themeSystem, *themeLight, *themeDark, *toggleTheme;
    QAction *wholeGraph, *frameSelection, *zoomIn, *zoomOut, *zoomReset, *cycleBands;
    QAction *timestepBefore, *timestepAfter, *watch;
    // Run
    QAction *forward, *proceed, *pause, *restart, *over, *into, *out, *back, *toHere;
    QAction *timestepBack, *timestepOn;
    // Gradient
    QAction *nextProblem, *previousProblem, *editGradient, *editForward, *checkAll, *exportCode;
    QAction *explain, *compare, *train, *tryFixes;
    QAction *asBackstep, *asTensorFlow, *asTensorFlowEager, *asPyTorch, *asJax;
    std::vector<QAction*> profiles() const
    {
        return {asBackstep, asTensorFlow, asTensorFlowEager, asPyTorch, asJax};
    }
    // Help
    QAction *search, *keys, *manual, *about;

    /// In the order of the menus, for the page of keys; groups are separated by null.
    const std::vector<QAction*>& all() const { return m_all; }
    /// Commands of a pass: enabled while a document is open and no run goes on.
    const std::vector<QAction*>& steps() const { return m_steps; }

private:
    QAction* add(const QString& text, const QString& shortcut, const QString& toolTip,
                 const QString& icon = {});
    void makeFileActions();
    void makeViewActions();
    void makeRunActions();
    void makeGradientActions();

    QMainWindow& m_window;
    std::vector<QAction*> m_all, m_steps;
};

}
