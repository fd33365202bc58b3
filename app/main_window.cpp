#include "app/main_window.h"

#include "app/actions.h"
#include "app/canvas_page.h"
#include "app/message_bar.h"
#include "app/panel_corner.h"
#include "app/settings.h"
#include "app/status_line.h"
#include "app/window_docks.h"
#include "views/canvas/graph_view.h"
#include "views/diagnostics/problems_panel.h"
#include "views/gradient/gradcheck_panel.h"
#include "views/gradient/op_editor.h"
#include "views/inspector/inspector_panel.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/outline/model_panel.h"
#include "views/search/search_popup.h"
#include "views/style/icons.h"
#include "views/style/palette.h"
#include "views/training/training_panel.h"
#include "views/welcome/welcome_page.h"

#include <QAction>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

#include <utility>

namespace backstep {

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent), m_bridge(new SessionBridge(this)), m_selection(new Selection(this)),
      m_actions(new Actions(*this))
{
    setWindowTitle(QStringLiteral("Backstep"));
    setAcceptDrops(true);
    setMinimumSize(960, 600);
    resize(QSize(1600, 900).boundedTo(screen()->availableSize()));
    makeViews();
    makeMenus();
    makeToolBars();
    connectActions();
    connectViews();
    applyTheme(Settings::theme());
    if (const QByteArray geometry = Settings::geometry(); !geometry.isEmpty())
        restoreGeometry(geometry);
    m_docks->reset();
    if (const QByteArray layout = Settings::layout(); !layout.isEmpty())
        m_hasFittedDocks = restoreState(layout);
    showWelcome();
}

MainWindow::~MainWindow()
{
    delete m_docks; // it must not hear of panels that hide because the window goes
}

void MainWindow::makeViews()
{
    auto* centre = new QWidget(this);
    m_message = new MessageBar(centre);
    m_pages = new QStackedWidget(centre);
    m_welcome = new WelcomePage;
    // Scrolled, so that the size of the first page never holds the panels of the others apart.
    auto* welcomeScroll = new QScrollArea(m_pages);
    welcomeScroll->setWidgetResizable(true);
    welcomeScroll->setWidget(m_welcome);
    m_canvas = new CanvasPage(*m_bridge, *m_selection, m_pages);
    m_pages->addWidget(welcomeScroll);
    m_pages->addWidget(m_canvas);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_message);
    column->addWidget(m_pages, 1);
    setCentralWidget(centre);

    m_model = new ModelPanel(*m_bridge, *m_selection, this);
    m_inspector = new InspectorPanel(*m_bridge, *m_selection, this);
    m_problems = new ProblemsPanel(*m_bridge, *m_selection, this);
    m_editor = new OpEditor(*m_bridge, *m_selection, this);
    m_training = new TrainingPanel(*m_bridge, this);
    m_gradcheck = new GradcheckPanel(*m_bridge, *m_selection, this);
    m_docks = new WindowDocks(
        *this, {m_model, m_inspector, m_problems, m_editor, m_training, m_gradcheck});

    m_search = new SearchPopup(this);
    m_status = new StatusLine(this);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(0, 0, 0, 0);
    statusBar()->addPermanentWidget(m_status, 1);
}

void MainWindow::connectViews()
{
    connect(m_bridge, &SessionBridge::documentOpened, this, &MainWindow::documentOpened);
    connect(m_bridge, &SessionBridge::documentChanged, this, &MainWindow::documentChanged);
    connect(m_bridge, &SessionBridge::passMoved, this, &MainWindow::passMoved);
    connect(m_bridge, &SessionBridge::failed, this, [this](const Error& error) {
        m_isLeaving = false;          // a file that could not be written is no reason to close
        m_docks->setMaximized(false); // the message stands above the graph
        m_message->showError(error);
    });
    connect(m_bridge, &SessionBridge::progressed, this,
            [this](const QString& title, double fraction) {
                m_status->showProgress(StatusLine::Engine, title, fraction);
                updateActions();
            });
    connect(m_canvas, &CanvasPage::layoutProgressed, this, [this](const QString& title) {
        m_status->showProgress(StatusLine::Layout, title, kUnknownFraction);
    });
    connect(m_bridge, &SessionBridge::saved, this, &MainWindow::leaveAfterSaving);
    connect(m_selection, &Selection::changed, this, &MainWindow::updatePlace);
    connect(m_problems, &ProblemsPanel::countChanged, m_docks, &WindowDocks::setProblemCount);
    // What only a run tells comes after the document.
    connect(m_problems, &ProblemsPanel::countChanged, this, &MainWindow::updatePlace);
    connect(m_problems, &ProblemsPanel::fixWanted, this, &MainWindow::editGradient);
    connect(m_problems, &ProblemsPanel::findingOpened, this, [this] {
        m_docks->raise(WindowDocks::Inspector);
        m_inspector->focusFix();
    });
    connect(m_inspector, &InspectorPanel::titleChanged, this,
            [this](const QString& title) { m_docks->setHeading(WindowDocks::Inspector, title); });
    connect(m_docks, &WindowDocks::titleBarsChanged, this,
            [this] { m_inspector->setShowsTitle(!m_docks->hasTitleBar(WindowDocks::Inspector)); });
    m_inspector->setShowsTitle(!m_docks->hasTitleBar(WindowDocks::Inspector));
    connect(m_search, &SearchPopup::chosen, this, &MainWindow::takeFound);
    connect(m_training, &TrainingPanel::tryFixesWanted, this, &MainWindow::tryFixes);
    connect(m_gradcheck, &GradcheckPanel::marksChanged, &m_canvas->graph(),
            &GraphView::setCheckMarks);
    connect(m_gradcheck, &GradcheckPanel::marksChanged, m_inspector, &InspectorPanel::setChecks);
    connect(m_editor, &OpEditor::done, this, [this] {
        backToGraph();
        m_docks->raise(WindowDocks::Problems); // low, the editor has no room for its curves
    });
    connect(m_docks, &WindowDocks::maximizedChanged, m_actions->maximizePanel,
            &QAction::setChecked);
    auto* corner = new PanelCorner(*this, *m_actions->maximizePanel);
    connect(m_docks, &WindowDocks::titleBarsChanged, corner, &PanelCorner::follow,
            Qt::QueuedConnection); // once the window has its tabs
    connect(m_inspector, &InspectorPanel::editorWanted, this,
            [this] { editGradient(m_selection->op().node, {}); });
    connect(m_inspector, &InspectorPanel::forwardWanted, this,
            [this] { editForward(m_selection->op().node); });
    connect(m_inspector, &InspectorPanel::codeWanted, m_actions->exportCode, &QAction::trigger);
    connect(m_inspector, &InspectorPanel::weightsWanted, this,
            [this](const std::vector<ValueId>& weights) {
                m_docks->raise(WindowDocks::Model);
                m_model->showWeights(weights);
                m_canvas->graph().showCutPaths(m_selection->op().node, weights);
            });
    connect(m_welcome, &WelcomePage::exampleChosen, this, &MainWindow::openExample);
    connect(m_welcome, &WelcomePage::recentChosen, this, &MainWindow::openFile);
    connect(m_welcome, &WelcomePage::openWanted, m_actions->open, &QAction::trigger);
    connect(m_welcome, &WelcomePage::newWanted, m_actions->newModel, &QAction::trigger);
    connect(m_welcome, &WelcomePage::manualWanted, m_actions->manual, &QAction::trigger);
    connect(m_welcome, &WelcomePage::keysWanted, m_actions->keys, &QAction::trigger);
    connect(m_welcome, &WelcomePage::themeChosen, this, &MainWindow::applyTheme);
}

void MainWindow::showWelcome()
{
    m_docks->setShown(false);
    m_toolBar->hide();
    m_placeBar->hide();
    m_welcome->setRecent(Settings::recentFiles());
    m_pages->setCurrentIndex(0);
    m_status->showWelcome();
    m_welcome->focusFirst();
    updateActions();
    updateTitle();
}

void MainWindow::documentOpened()
{
    m_message->hide();
    m_selection->clear();
    if (!m_bridge->savedPath().isEmpty())
        Settings::addRecentFile(m_bridge->savedPath());
    m_docks->setModelName(QString::fromStdString(m_bridge->snapshot()->document->source->title));
    showDocument();
    m_canvas->showWhole();
}

void MainWindow::showDocument()
{
    m_toolBar->show();
    m_placeBar->show();
    m_docks->setShown(true);
    if (!std::exchange(m_hasFittedDocks, true))
        m_docks->fitSizes();
    m_pages->setCurrentWidget(m_canvas);
    m_canvas->setFocus();
    documentChanged();
    passMoved();
}

void MainWindow::documentChanged()
{
    const Snapshot& snapshot = *m_bridge->snapshot();
    followRenumbered();
    const NodeId selected = m_selection->op().node;
    // An edit may take a backward op away, such as the break that it mends: its primal stays.
    if (snapshot.program && selected != kNoNode && !snapshot.program->has(selected)) {
        if (snapshot.program->has(m_selectedPrimal))
            m_selection->selectOp({m_selectedPrimal, m_selection->op().at});
        else
            m_selection->clear();
    }
    updateActions();
    updateProfile();
    updatePlace();
    updateTitle();
}

void MainWindow::passMoved()
{
    if (m_pages->currentWidget() != m_canvas)
        return;
    const Snapshot& snapshot = *m_bridge->snapshot();
    const PassState& pass = m_bridge->pass();
    m_status->showPass(snapshot, pass);
    if (!pass.isRunning && snapshot.plan && pass.cursor > 0 && pass.cursor < snapshot.plan->size())
        m_selection->selectOp(snapshot.plan->addressAt(pass.cursor));
    updateActions();
}

void MainWindow::applyTheme(ThemeMode mode)
{
    Theme::instance().setMode(mode);
    Settings::setTheme(mode);
    m_welcome->setTheme(mode);
    m_actions->themeSystem->setChecked(mode == ThemeMode::System);
    m_actions->themeLight->setChecked(mode == ThemeMode::Light);
    m_actions->themeDark->setChecked(mode == ThemeMode::Dark);
    m_actions->toggleTheme->setIcon(
        inkIcon(Palette::current().isDark ? QStringLiteral("sun") : QStringLiteral("moon")));
}

}
