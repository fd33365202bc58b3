#include "app/canvas_page.h"

#include "app/actions.h"
#include "app/rail_feed.h"
#include "views/canvas/graph_view.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/labels.h"
#include "views/style/theme.h"
#include "views/style/value_text.h"
#include "views/timeline/overview_strip.h"
#include "views/timeline/time_rail.h"

#include <QAction>
#include <QScopedValueRollback>
#include <QVBoxLayout>

namespace backstep {

namespace {
constexpr int kLowPage = 480; ///< below it the graph needs every line
}

CanvasPage::CanvasPage(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_selection(selection), m_graph(new GraphView(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_rail = new TimeRail(*m_graph, this);
    new RailFeed(bridge, selection, *m_rail);
    m_overview = new OverviewStrip(*m_graph, this);
    column->addWidget(m_graph, 1);
    column->addWidget(ruleLine(this));
    column->addWidget(m_overview);
    column->addWidget(ruleLine(this));
    column->addWidget(m_rail);
    setFocusProxy(m_graph);
    connect(&bridge, &SessionBridge::documentChanged, this, &CanvasPage::takeDocument);
    connect(&bridge, &SessionBridge::passMoved, this, &CanvasPage::takePass);
    connect(&selection, &Selection::changed, this, &CanvasPage::follow);
    m_slowLayout.setSingleShot(true);
    m_slowLayout.setInterval(kSlowAfter);
    connect(&m_slowLayout, &QTimer::timeout, this, [this] {
        emit layoutProgressed(tr("Laying out %1 ops").arg(countText(m_opsToLayOut)));
    });
    connect(m_graph, &GraphView::layoutProgress, this, &CanvasPage::takeLayout);
    connect(m_graph, &GraphView::selectionChanged, this, [this](const OpAddress& address, bool) {
        const QScopedValueRollback guard(m_isTelling, true);
        m_selection.selectOp(address);
    });
    connect(m_graph, &GraphView::stateChanged, this, [this] { // a flat graph has no time
        m_rail->setVisible(m_rail->stepCount() > 0);
    });
    connect(&Theme::instance(), &Theme::changed, m_graph, &GraphView::refreshPalette);
}

void CanvasPage::connectActions(const Actions& actions)
{
    const auto letGraphHave = [this](QAction* action) { // single letters are for the graph alone
        window()->removeAction(action);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        m_graph->addAction(action);
    };
    letGraphHave(actions.watch);
    const std::pair<QAction*, void (GraphView::*)()> commands[] = {
        {actions.wholeGraph, &GraphView::fitAll},
        {actions.frameSelection, &GraphView::frameSelection},
        {actions.zoomIn, &GraphView::zoomIn},
        {actions.zoomOut, &GraphView::zoomOut},
        {actions.zoomReset, &GraphView::zoom100},
        {actions.cycleBands, &GraphView::cycleBands},
    };
    for (const auto& [action, slot] : commands) {
        letGraphHave(action);
        connect(action, &QAction::triggered, m_graph, slot);
    }
}

void CanvasPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool isLow = height() < kLowPage;
    m_overview->setFixedHeight(isLow ? 28 : 52);
    m_rail->setFixedHeight(isLow ? TimeRail::kLowHeight : TimeRail::kHeight);
}

void CanvasPage::showWhole()
{
    m_graph->fitAll();
}

void CanvasPage::takeDocument()
{
    m_graph->setSnapshot(m_bridge.snapshot());
}

void CanvasPage::takeLayout(int done, int total)
{
    m_opsToLayOut = total;
    if (done < total) {
        m_slowLayout.start();
        return;
    }
    m_slowLayout.stop();
    emit layoutProgressed({});
}

void CanvasPage::takePass()
{
    m_graph->setPassState(m_bridge.pass());
}

void CanvasPage::follow()
{
    if (m_isTelling)
        return;
    m_graph->select(m_selection.op());
    if (m_selection.op().node != kNoNode)
        m_graph->ensureVisible(m_selection.op());
}

}
