#include "app/window_docks.h"

#include "app/dock_title.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>

namespace backstep {

namespace {
constexpr int kNarrowWindow = 1400;
constexpr int kLowWindow = 800;
constexpr int kLowPanel = 98; ///< of problems: two rows and the head of a third
}

WindowDocks::WindowDocks(QMainWindow& window, const Panels& panels)
    : QObject(&window), m_window(window), m_panels(panels)
{
    const std::array<QString, PanelCount> titles{tr("Model"),    tr("Inspector"),
                                                 tr("Problems"), tr("Gradient editor"),
                                                 tr("Training"), tr("Gradcheck")};
    const std::array<const char*, PanelCount> names{"modelDock",    "inspectorDock",
                                                    "problemsDock", "gradientDock",
                                                    "trainingDock", "gradcheckDock"};
    window.setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    window.setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    window.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    window.setDockOptions(QMainWindow::AllowTabbedDocks | QMainWindow::AllowNestedDocks |
                          QMainWindow::GroupedDragging);
    for (int panel = 0; panel < PanelCount; ++panel) {
        const auto at = static_cast<size_t>(panel);
        auto* dock = new QDockWidget(titles[at], &window);
        dock->setObjectName(QString::fromLatin1(names[at]));
        dock->setWidget(panels[at]);
        m_docks[at] = dock;
        m_titles[at] = new DockTitle(*dock);
        dock->setTitleBarWidget(m_titles[at]);
        for (auto signal : {&QDockWidget::visibilityChanged, &QDockWidget::topLevelChanged})
            connect(dock, signal, this, &WindowDocks::updateTitles);
        connect(dock, &QDockWidget::dockLocationChanged, this, &WindowDocks::updateTitles);

        auto* toggle = new QAction(titles[at], this);
        toggle->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(panel + 1)));
        toggle->setStatusTip(tr("Panel: show, focus or hide it"));
        toggle->setToolTip(tr("Show, focus or hide %1 (Ctrl+%2)").arg(titles[at]).arg(panel + 1));
        connect(toggle, &QAction::triggered, this,
                [this, panel] { use(static_cast<Panel>(panel)); });
        window.addAction(toggle);
        m_toggles[at] = toggle;
    }
    reset();
}

void WindowDocks::setMaximized(bool isMaximized)
{
    if (isMaximized == m_isMaximized)
        return;
    m_isMaximized = isMaximized;
    for (const Panel panel : {Model, Inspector}) {
        if (isMaximized)
            m_wasBeside[panel] = !m_docks[panel]->isHidden();
        m_docks[panel]->setVisible(!isMaximized && m_wasBeside[panel]);
    }
    m_window.centralWidget()->setVisible(!isMaximized);
    if (!isMaximized)
        fitSizes();
    updateTitles();
    emit maximizedChanged(isMaximized);
}

void WindowDocks::reset()
{
    setMaximized(false);
    for (QDockWidget* dock : m_docks)
        dock->setFloating(false);
    if (!isInPlace(Model, Qt::LeftDockWidgetArea))
        m_window.addDockWidget(Qt::LeftDockWidgetArea, m_docks[Model]);
    if (!isInPlace(Inspector, Qt::RightDockWidgetArea))
        m_window.addDockWidget(Qt::RightDockWidgetArea, m_docks[Inspector]);
    if (!isInPlace(Problems, Qt::BottomDockWidgetArea))
        m_window.addDockWidget(Qt::BottomDockWidgetArea, m_docks[Problems]);
    if (!m_window.tabifiedDockWidgets(m_docks[Problems]).contains(m_docks[Gradient]))
        m_window.tabifyDockWidget(m_docks[Problems], m_docks[Gradient]);
    if (!m_window.tabifiedDockWidgets(m_docks[Problems]).contains(m_docks[Training]))
        m_window.tabifyDockWidget(m_docks[Gradient], m_docks[Training]);
    if (!m_window.tabifiedDockWidgets(m_docks[Problems]).contains(m_docks[Gradcheck]))
        m_window.tabifyDockWidget(m_docks[Training], m_docks[Gradcheck]);
    for (QDockWidget* dock : m_docks)
        dock->setVisible(m_isShown);
    m_wasOpen.fill(true);
    fitSizes();
    m_docks[Problems]->raise();
    updateTitles();
}

bool WindowDocks::isInPlace(Panel panel, Qt::DockWidgetArea area) const
{
    // A dock that was never added answers with no area.
    return m_window.dockWidgetArea(m_docks[panel]) == area &&
           (panel == Problems || m_window.tabifiedDockWidgets(m_docks[panel]).isEmpty());
}

void WindowDocks::fitSizes()
{
    m_isNarrow = m_window.width() < kNarrowWindow;
    m_isLow = m_window.height() < kLowWindow;
    m_window.resizeDocks({m_docks[Model], m_docks[Inspector]},
                         {m_isNarrow ? 196 : 228, m_isNarrow ? 288 : 332}, Qt::Horizontal);
    m_window.resizeDocks({m_docks[Problems]}, {m_isLow ? kLowPanel : 150}, Qt::Vertical);
}

void WindowDocks::followSize()
{
    if (m_isShown && !m_isMaximized &&
        ((m_window.width() < kNarrowWindow) != m_isNarrow ||
         (m_window.height() < kLowWindow) != m_isLow))
        fitSizes();
}

void WindowDocks::setShown(bool isShown)
{
    if (isShown == m_isShown)
        return;
    setMaximized(false);
    for (size_t panel = 0; panel < PanelCount; ++panel) {
        if (!isShown)
            m_wasOpen[panel] = !m_docks[panel]->isHidden();
        m_docks[panel]->setVisible(isShown && m_wasOpen[panel]);
        m_toggles[panel]->setEnabled(isShown);
    }
    m_isShown = isShown;
    if (isShown && m_wasOpen[Problems])
        m_docks[Problems]->raise();
    updateTitles();
}

void WindowDocks::raise(Panel panel)
{
    if (panel == Model || panel == Inspector)
        setMaximized(false);
    m_docks[panel]->show();
    m_docks[panel]->raise();
}

void WindowDocks::use(Panel panel)
{
    if (panel == Model || panel == Inspector)
        setMaximized(false);
    QDockWidget* dock = m_docks[panel];
    const bool isInFront = dock->isVisible() && !m_panels[panel]->visibleRegion().isEmpty();
    const bool hasFocus = dock->isAncestorOf(m_window.focusWidget());
    if (isInFront && hasFocus) {
        dock->hide();
        return;
    }
    raise(panel);
    // The first child that takes keys: the panel itself only holds them.
    QWidget* target = m_panels[panel]->nextInFocusChain();
    while (target != m_panels[panel] &&
           (!(target->focusPolicy() & Qt::TabFocus) || !target->isVisibleTo(m_panels[panel])))
        target = target->nextInFocusChain();
    if (m_panels[panel]->isAncestorOf(target))
        target->setFocus(Qt::ShortcutFocusReason);
}

void WindowDocks::updateTitles()
{
    for (size_t panel = 0; panel < PanelCount; ++panel)
        m_titles[panel]->setCompact(!m_docks[panel]->isFloating() &&
                                    !m_window.tabifiedDockWidgets(m_docks[panel]).isEmpty());
    emit titleBarsChanged();
}

void WindowDocks::setHeading(Panel panel, const QString& heading)
{
    m_titles[panel]->setHeading(heading);
}

bool WindowDocks::hasTitleBar(Panel panel) const
{
    return !m_titles[panel]->isCompact();
}

void WindowDocks::setModelName(const QString& name)
{
    m_titles[Model]->setRemark(name);
}

void WindowDocks::setProblemCount(int count)
{
    m_docks[Problems]->setWindowTitle(count > 0 ? tr("Problems  %1").arg(count) : tr("Problems"));
}

}
