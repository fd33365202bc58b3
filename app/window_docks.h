#pragma once

#include <QObject>

#include <array>

class QAction;
class QDockWidget;
class QMainWindow;

namespace backstep {

class DockTitle;

/// The panels around the graph: where they stand, their tabs, their keys Ctrl+1 to Ctrl+6.
class WindowDocks : public QObject
{
    Q_OBJECT
public:
    enum Panel { Model, Inspector, Problems, Gradient, Training, Gradcheck, PanelCount };
    using Panels = std::array<QWidget*, PanelCount>;
    WindowDocks(QMainWindow& window, const Panels& panels);

    /// Show, focus or hide: in this order with each use.
    QAction* toggle(Panel panel) const { return m_toggles[panel]; }
    void raise(Panel panel);
    void reset();
    /// A panel of the lower tabs takes the whole window, until it is given back to the graph.
    void setMaximized(bool isMaximized);
    bool isMaximized() const { return m_isMaximized; }
    /// Gives the panels the sizes that suit the window's own.
    void fitSizes();
    /// The same, when the window became narrow or low, or is so no more.
    void followSize();
    /// The first page has no panels; those that were there come back.
    void setShown(bool isShown);
    void setModelName(const QString& name);
    void setProblemCount(int count);
    /// In place of the panel's name in its title bar; empty for the name again.
    void setHeading(Panel panel, const QString& heading);
    bool hasTitleBar(Panel panel) const;

signals:
    void titleBarsChanged();
    void maximizedChanged(bool isMaximized);

private:
    void use(Panel panel);
    bool isInPlace(Panel panel, Qt::DockWidgetArea area) const;
    void updateTitles();

    QMainWindow& m_window;
    Panels m_panels;
    std::array<QDockWidget*, PanelCount> m_docks{};
    std::array<DockTitle*, PanelCount> m_titles{};
    std::array<QAction*, PanelCount> m_toggles{};
    std::array<bool, PanelCount> m_wasOpen{true, true, true, true, true, true};
    std::array<bool, PanelCount> m_wasBeside{}; ///< open before a panel took the whole window
    bool m_isShown = true, m_isMaximized = false;
    bool m_isNarrow = false, m_isLow = false; ///< what the sizes were made for
};

}
