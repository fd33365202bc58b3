// What the window says of its session: which actions there are, the place, the title.
#include "app/actions.h"
#include "app/breadcrumb_bar.h"
#include "app/canvas_page.h"
#include "app/main_window.h"
#include "app/status_line.h"
#include "views/diagnostics/problems_panel.h"
#include "views/models/export_subject.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/weights_model.h"
#include "views/outline/model_panel.h"
#include "views/style/value_text.h"
#include "views/training/try_fixes_dialog.h"

#include <QAction>
#include <QStackedWidget>

namespace backstep {

void MainWindow::updateActions()
{
    const bool isOpen = m_bridge->hasDocument() && m_pages->currentWidget() == m_canvas;
    const Snapshot& snapshot = *m_bridge->snapshot();
    const PassState& pass = m_bridge->pass();
    const bool isRunning = m_status->isBusy(StatusLine::Engine) || pass.isRunning;
    const bool canStep = isOpen && !isRunning;
    const bool isAtStart = pass.cursor == 0;
    const bool isAtEnd = snapshot.plan && pass.cursor >= snapshot.plan->size();
    for (QAction* step : m_actions->steps())
        step->setEnabled(canStep && !isAtEnd);
    m_actions->forward->setEnabled(canStep && snapshot.plan &&
                                   pass.cursor < snapshot.plan->backwardStart());
    m_actions->back->setEnabled(canStep && !isAtStart);
    m_actions->timestepBack->setEnabled(canStep && !isAtStart);
    m_actions->toHere->setEnabled(canStep && m_selection->op().node != kNoNode);
    m_actions->pause->setEnabled(isOpen && isRunning);
    m_actions->restart->setEnabled(isOpen && (isRunning || !isAtStart));
    for (QAction* action :
         {m_actions->save, m_actions->saveAs, m_actions->nextProblem, m_actions->previousProblem,
          m_actions->maximizePanel, m_actions->resetLayout, m_actions->compare, m_actions->train,
          m_actions->checkAll})
        action->setEnabled(isOpen);
    for (QAction* profile : m_actions->profiles())
        profile->setEnabled(canStep);
    m_actions->tryFixes->setEnabled(canStep &&
                                    findingToTry(snapshot, m_selection->op().node) != nullptr);
    m_actions->welcome->setEnabled(m_bridge->hasDocument());
    m_actions->editGradient->setEnabled(isOpen && m_selection->op().node != kNoNode);
    m_actions->editForward->setEnabled(m_actions->editGradient->isEnabled());
    m_actions->exportCode->setEnabled(
        isOpen && exportSubject(*m_bridge, m_selection->op().node).node != kNoNode);
    m_actions->watch->setEnabled(isOpen && !m_selection->isEmpty());
    m_actions->undo->setEnabled(isOpen && !snapshot.undoTitles.empty());
    m_actions->redo->setEnabled(isOpen && !snapshot.redoTitles.empty());
    const auto named = [](const QString& verb, const std::vector<std::string>& titles) {
        return titles.empty()
                   ? verb
                   : QStringLiteral("%1: %2").arg(verb, QString::fromStdString(titles.back()));
    };
    m_actions->undo->setText(named(tr("&Undo"), snapshot.undoTitles));
    m_actions->redo->setText(named(tr("&Redo"), snapshot.redoTitles));
}

/// A model that is imported anew gives its ops other ids: the selection stays with the name.
void MainWindow::followRenumbered()
{
    const Graph* graph = m_bridge->snapshot()->program.get();
    const OpAddress place = m_selection->op();
    if (!graph || m_selectedName.empty() || place.node == kNoNode)
        return;
    const auto isNamed = [&](NodeId id) {
        return graph->has(id) && graph->node(id).origin.name == m_selectedName;
    };
    if (isNamed(m_selectedPrimal)) // the same import: a backward op may be gone, that is all
        return;
    NodeId elsewhere = kNoNode; // the op may have moved into a loop, or out of one
    for (const NodeId id : graph->nodeIds()) {
        const Origin& origin = graph->node(id).origin;
        if (origin.phase != Phase::Forward || origin.name != m_selectedName)
            continue;
        if (graph->depth(graph->node(id).region) == place.at.depth)
            return m_selection->selectOp({id, place.at});
        if (elsewhere == kNoNode)
            elsewhere = id;
    }
    if (elsewhere == kNoNode)
        return m_selection->clear();
    OpAddress first{elsewhere, {}};
    for (int level = graph->depth(graph->node(elsewhere).region); level > 0; --level)
        first.at = first.at.then(0);
    m_selection->selectOp(first);
}

void MainWindow::updatePlace()
{
    const Snapshot& snapshot = *m_bridge->snapshot();
    if (!snapshot.program)
        return;
    const Graph& graph = *snapshot.program;
    QStringList place{QString::fromStdString(snapshot.document->source->title)};
    if (m_selection->weight() != kNoValue) {
        place << layerOfWeight(graph, m_selection->weight())
              << weightText(graph, m_selection->weight());
    } else if (graph.has(m_selection->op().node)) {
        m_selectedPrimal = primalOf(graph, m_selection->op().node);
        m_selectedName = graph.node(m_selectedPrimal).origin.name;
        const std::string& layer = graph.node(m_selectedPrimal).origin.layer;
        place << QString::fromStdString(layer).split(QLatin1Char('/'))
              << opText(graph, m_selection->op());
    }
    place.removeAll(QString());
    m_breadcrumb->setPlace(place);

    const FindingsModel& findings = m_problems->findings();
    QStringList summary;
    if (findings.problemCount() > 0)
        summary << QStringLiteral("%1, %2").arg(
            plural(findings.problemCount(), tr("1 problem"), tr("%1 problems")),
            plural(findings.placeCount(), tr("1 place"), tr("%1 places")));
    else
        summary << tr("no problems");
    const WeightsModel& weights = m_model->weights();
    if (const int starved = weights.countOf(Flow::Zero) + weights.countOf(Flow::None); starved > 0)
        summary << plural(starved, tr("1 weight gets nothing"), tr("%1 weights get nothing"));
    if (const int blocked = weights.countOf(Flow::Blocked); blocked > 0)
        summary << plural(blocked, tr("1 weight is blocked"), tr("%1 weights are blocked"));
    if (const int incomplete = weights.incompleteCount(); incomplete > 0)
        summary << plural(incomplete, tr("1 weight lacks a part"), tr("%1 weights lack a part"));
    m_breadcrumb->setSummary(summary.join(QStringLiteral(" · ")));
    updateActions();
}

void MainWindow::updateTitle()
{
    setWindowModified(m_bridge->isModified());
    setWindowTitle(m_bridge->hasDocument() ? QStringLiteral("%1[*] – Backstep")
                                                 .arg(QString::fromStdString(
                                                     m_bridge->snapshot()->document->source->title))
                                           : QStringLiteral("Backstep"));
}

}
