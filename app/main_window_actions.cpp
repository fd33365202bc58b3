// The menus and tool bars of the window, and what its actions do.
#include "app/actions.h"
#include "app/breadcrumb_bar.h"
#include "app/canvas_page.h"
#include "app/keys_page.h"
#include "app/main_window.h"
#include "app/manual_page.h"
#include "app/message_bar.h"
#include "app/status_line.h"
#include "app/window_docks.h"
#include "views/canvas/graph_view.h"
#include "views/diagnostics/compare_dialog.h"
#include "views/diagnostics/explain_dialog.h"
#include "views/diagnostics/problems_panel.h"
#include "views/export/code_dialog.h"
#include "views/models/export_subject.h"
#include "views/models/selection.h"
#include "views/outline/model_panel.h"
#include "views/outline/watch_list.h"
#include "views/style/icons.h"
#include "views/style/palette.h"

#include <QAction>
#include <QKeyEvent>
#include <QLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QToolBar>
#include <QToolButton>

#include <algorithm>

namespace backstep {

void MainWindow::makeMenus()
{
    const Actions& a = *m_actions;
    const auto menu = [this](const QString& title, const std::vector<QAction*>& actions) {
        QMenu* made = menuBar()->addMenu(title);
        for (QAction* action : actions)
            action ? made->addAction(action) : (void)made->addSeparator();
    };
    menu(tr("&File"),
         {a.open, a.newModel, nullptr, a.save, a.saveAs, nullptr, a.welcome, nullptr, a.quit});
    menu(tr("&Edit"), {a.undo, a.redo});
    menu(tr("&View"), {a.wholeGraph,
                       a.frameSelection,
                       a.zoomIn,
                       a.zoomOut,
                       a.zoomReset,
                       a.cycleBands,
                       nullptr,
                       a.timestepBefore,
                       a.timestepAfter,
                       a.watch,
                       nullptr,
                       m_docks->toggle(WindowDocks::Model),
                       m_docks->toggle(WindowDocks::Inspector),
                       m_docks->toggle(WindowDocks::Problems),
                       m_docks->toggle(WindowDocks::Gradient),
                       m_docks->toggle(WindowDocks::Training),
                       m_docks->toggle(WindowDocks::Gradcheck),
                       a.maximizePanel,
                       a.resetLayout,
                       nullptr,
                       a.themeSystem,
                       a.themeLight,
                       a.themeDark});
    menu(tr("&Run"), {a.forward, a.proceed, a.pause, a.restart, nullptr, a.over, a.into, a.out,
                      a.back, a.toHere, nullptr, a.timestepBack, a.timestepOn});
    menu(tr("&Gradient"),
         {a.editGradient, a.editForward, a.checkAll, a.exportCode, nullptr, a.nextProblem,
          a.previousProblem, nullptr, a.train, a.tryFixes, nullptr, a.explain, a.compare, nullptr,
          a.asBackstep, a.asTensorFlow, a.asTensorFlowEager, a.asPyTorch, a.asJax});
    menu(tr("&Help"), {a.search, a.keys, a.manual, nullptr, a.about});
    auto* search = new QPushButton(inkIcon(QStringLiteral("search"), Ink::Second), {}, menuBar());
    search->setText(tr("Search ops, layers, commands   %1")
                        .arg(a.search->shortcut().toString(QKeySequence::NativeText)));
    search->setProperty("search", true);
    search->setAccessibleName(tr("Search"));
    search->setToolTip(a.search->toolTip());
    search->setFocusPolicy(Qt::ClickFocus); // by keys there is its own
    connect(search, &QPushButton::clicked, a.search, &QAction::trigger);
    menuBar()->setCornerWidget(search);
}

void MainWindow::makeToolBars()
{
    const Actions& a = *m_actions;
    m_toolBar = addToolBar(tr("Tools"));
    m_toolBar->setObjectName(QStringLiteral("mainToolBar"));
    m_toolBar->setMovable(false);
    m_toolBar->setContextMenuPolicy(Qt::PreventContextMenu);
    m_toolBar->setIconSize({16, 16});
    const auto withText = [this](std::initializer_list<QAction*> actions) {
        for (QAction* action : actions) {
            m_toolBar->addAction(action);
            auto* button = qobject_cast<QToolButton*>(m_toolBar->widgetForAction(action));
            button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        }
    };
    withText({a.open, a.newModel});
    m_toolBar->addSeparator();
    withText({a.forward, a.proceed});
    m_toolBar->addActions({a.pause, a.restart});
    m_toolBar->addSeparator();
    withText({a.over, a.into, a.out, a.back, a.toHere});
    m_toolBar->addActions({a.timestepBack, a.timestepOn});
    m_toolBar->addSeparator();
    m_toolBar->addActions({a.train, a.undo, a.redo});
    m_toolBar->addSeparator();
    m_profile = new QToolButton(m_toolBar);
    m_profile->setObjectName(QStringLiteral("profileButton"));
    m_profile->setPopupMode(QToolButton::InstantPopup);
    m_profile->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_profile->setToolTip(tr("By whose rules problems are told"));
    m_profile->setAccessibleName(tr("Profile"));
    auto* profiles = new QMenu(m_profile);
    profiles->addActions({a.asBackstep, a.asTensorFlow, a.asTensorFlowEager, a.asPyTorch, a.asJax});
    profiles->addSeparator();
    profiles->addAction(a.compare);
    m_profile->setMenu(profiles);
    m_toolBar->addWidget(m_profile);
    auto* spacer = new QWidget(m_toolBar);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_toolBar->addWidget(spacer);
    m_toolBar->addAction(a.toggleTheme);
    for (QToolButton* button : m_toolBar->findChildren<QToolButton*>())
        button->setFocusPolicy(Qt::TabFocus);

    addToolBarBreak();
    m_placeBar = addToolBar(tr("Place"));
    m_placeBar->setObjectName(QStringLiteral("breadcrumbToolBar"));
    m_placeBar->setMovable(false);
    m_placeBar->setContextMenuPolicy(Qt::PreventContextMenu);
    m_breadcrumb = new BreadcrumbBar(m_placeBar);
    m_placeBar->addWidget(m_breadcrumb);
    m_placeBar->layout()->setContentsMargins(0, 0, 0, 0); // the style's own would push it down
}

void MainWindow::connectActions()
{
    const Actions& a = *m_actions;
    const auto on = [this](QAction* action, auto what) {
        connect(action, &QAction::triggered, this, what);
    };
    on(a.open, [this] { askForFile(); });
    on(a.newModel, [this] { askForText(); });
    on(a.save, [this] { saveDocument(); });
    on(a.saveAs, [this] { saveDocumentAs(); });
    on(a.welcome, [this] { m_pages->currentIndex() == 0 ? showDocument() : showWelcome(); });
    on(a.quit, [this] { close(); });
    on(a.undo, [this] { m_bridge->undo(); });
    on(a.redo, [this] { m_bridge->redo(); });

    on(a.resetLayout, [this] { m_docks->reset(); });
    on(a.themeSystem, [this] { applyTheme(ThemeMode::System); });
    on(a.themeLight, [this] { applyTheme(ThemeMode::Light); });
    on(a.themeDark, [this] { applyTheme(ThemeMode::Dark); });
    on(a.toggleTheme,
       [this] { applyTheme(Palette::current().isDark ? ThemeMode::Light : ThemeMode::Dark); });
    m_canvas->connectActions(a);
    on(a.timestepBefore, [this] { selectNeighbourTimestep(-1); });
    on(a.timestepAfter, [this] { selectNeighbourTimestep(+1); });

    on(a.watch, [this] { m_model->watches().model().watchSelected(); });

    const std::pair<QAction*, StepKind> steps[] = {
        {a.forward, StepKind::ForwardEnd},
        {a.proceed, StepKind::Continue},
        {a.over, StepKind::Over},
        {a.into, StepKind::Into},
        {a.out, StepKind::Out},
        {a.back, StepKind::Back},
        {a.timestepBack, StepKind::PreviousTimestep},
        {a.timestepOn, StepKind::NextTimestep},
    };
    for (const auto& [action, kind] : steps)
        on(action, [this, kind = kind] { m_bridge->step(kind); });
    on(a.pause, [this] { m_bridge->cancel(); });
    on(a.restart, [this] {
        m_bridge->cancel();
        m_bridge->step(StepKind::Restart);
    });
    on(a.toHere, [this] { m_bridge->runTo(m_selection->op()); });

    on(a.editGradient, [this] { editGradient(m_selection->op().node, {}); });
    on(a.editForward, [this] { editForward(m_selection->op().node); });
    on(a.checkAll, [this] { checkAll(); });
    on(a.exportCode, [this] {
        CodeDialog(*m_bridge, exportSubject(*m_bridge, m_selection->op().node), this).exec();
    });
    on(a.maximizePanel, [this] { m_docks->setMaximized(!m_docks->isMaximized()); });
    const std::pair<QAction*, Profile> profiles[] = {
        {a.asBackstep, {}},
        {a.asTensorFlow, {Framework::TensorFlow, false}},
        {a.asTensorFlowEager, {Framework::TensorFlow, true}},
        {a.asPyTorch, {Framework::PyTorch, false}},
        {a.asJax, {Framework::Jax, false}},
    };
    for (const auto& [action, profile] : profiles)
        on(action, [this, profile = profile] { m_bridge->setProfile(profile); });
    on(a.explain, [this] { ExplainDialog(*m_bridge, *m_selection, this).exec(); });
    on(a.compare, [this] { CompareDialog(*m_bridge, *m_selection, this).exec(); });
    on(a.train, [this] { train(); });
    on(a.tryFixes, [this] { tryFixes(); });
    on(a.nextProblem, [this] { m_problems->go(+1); });
    on(a.previousProblem, [this] { m_problems->go(-1); });
    on(a.search, [this] { openSearch(); });
    on(a.manual, [this] { ManualPage(QStringLiteral("findings.md"), this).exec(); });
    on(a.keys, [this] { KeysPage(*m_actions, this).exec(); });
    on(a.about, [this] {
        QMessageBox::about(this, tr("About Backstep"),
                           tr("Backstep 0.1\nA debugger for the gradients of recurrent networks."));
    });
    connect(new QShortcut(QKeySequence(Qt::Key_Escape), this), &QShortcut::activated, this,
            &MainWindow::cancelOrDismiss);
}

/// What the session goes by, which is not always what was asked for last.
void MainWindow::updateProfile()
{
    const Snapshot& snapshot = *m_bridge->snapshot();
    if (!snapshot.document)
        return;
    const Profile& profile = snapshot.document->profile;
    const Actions& a = *m_actions;
    QAction* const byFramework[] = {profile.isEager ? a.asTensorFlowEager : a.asTensorFlow,
                                    a.asPyTorch, a.asJax};
    QAction* now =
        profile.framework ? byFramework[static_cast<size_t>(*profile.framework)] : a.asBackstep;
    now->setChecked(true);
    m_profile->setText(tr("As %1").arg(now->text()));
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    // In a small window the steps, then the files keep their pictures alone, so that no tool is
    // pushed out.
    const Actions& a = *m_actions;
    const auto letShow = [this](std::initializer_list<QAction*> actions, bool isText) {
        for (QAction* action : actions)
            if (auto* button = qobject_cast<QToolButton*>(m_toolBar->widgetForAction(action)))
                button->setToolButtonStyle(isText ? Qt::ToolButtonTextBesideIcon
                                                  : Qt::ToolButtonIconOnly);
    };
    letShow({a.over, a.into, a.out, a.back, a.toHere}, width() >= 1180);
    letShow({a.open, a.newModel}, width() >= 1080);
    if (m_hasFittedDocks) // once the layout has followed the window
        QMetaObject::invokeMethod(m_docks, &WindowDocks::followSize, Qt::QueuedConnection);
}

/// What nobody else took: Return presses the button that has the focus, as in a dialog.
void MainWindow::keyPressEvent(QKeyEvent* event)
{
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    auto* button = qobject_cast<QAbstractButton*>(focusWidget());
    if (isReturn && event->modifiers() == Qt::NoModifier && button && button->isEnabled())
        button->click();
    else
        QMainWindow::keyPressEvent(event);
}

void MainWindow::cancelOrDismiss()
{
    if (m_status->isBusy(StatusLine::Engine) || m_bridge->pass().isRunning)
        m_bridge->cancel();
    else if (m_canvas->graph().isLayingOut())
        m_canvas->graph().cancelLayout();
    else if (m_docks->isMaximized())
        backToGraph();
    else
        m_message->hide();
}

void MainWindow::backToGraph()
{
    m_docks->setMaximized(false);
    m_canvas->setFocus();
}

void MainWindow::selectNeighbourTimestep(int step)
{
    const Snapshot& snapshot = *m_bridge->snapshot();
    OpAddress place = m_selection->op();
    if (!snapshot.program || !snapshot.program->has(place.node) || place.at.depth == 0)
        return;
    const auto count = static_cast<int32_t>(
        snapshot.program->stepCount(snapshot.program->node(place.node).region));
    int32_t& t = place.at.t[place.at.depth - 1u];
    t = std::clamp(t + step, 0, count - 1);
    m_selection->selectOp(place);
}

}
