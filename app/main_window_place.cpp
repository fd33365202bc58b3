// Where the user is: the selection behind an edit, the breadcrumb, the title.
#include "app/actions.h"
#include "app/breadcrumb_bar.h"
#include "app/main_window.h"
#include "views/diagnostics/problems_panel.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/weights_model.h"
#include "views/outline/model_panel.h"
#include "views/style/value_text.h"

namespace backstep {

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
    for (const NodeId id : graph->nodeIds())
        if (const Origin& origin = graph->node(id).origin;
            origin.phase == Phase::Forward && origin.name == m_selectedName &&
            graph->depth(graph->node(id).region) == place.at.depth)
            return m_selection->selectOp({id, place.at});
    m_selection->clear();
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
