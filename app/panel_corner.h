#pragma once

#include <QWidget>

class QAction;
class QMainWindow;
class QTabBar;
class QToolButton;

namespace backstep {

/// At the right end of the tabs of the lower panels: gives a panel the whole window, and the graph
/// its place again.
class PanelCorner : public QWidget
{
    Q_OBJECT
public:
    PanelCorner(QMainWindow& window, QAction& maximize);
    /// To be called when docks were moved, shown or hidden: the tabs may be others.
    void follow();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();

    QMainWindow& m_window;
    QToolButton* m_button;
    QTabBar* m_tabs = nullptr; ///< made and thrown away by the window as it likes
};

}
