#include "views/inspector/inspector_panel.h"

#include "views/inspector/body_section.h"
#include "views/inspector/derivative_plot.h"
#include "views/inspector/fix_section.h"
#include "views/inspector/state_card.h"
#include "views/inspector/value_list.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/fonts.h"
#include "views/style/labels.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace backstep {

namespace {
constexpr int kRoomForPlot = 640;
}

InspectorPanel::InspectorPanel(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_selection(selection), m_pages(new QStackedWidget(this))
{
    setAccessibleName(tr("Inspector"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_pages);
    m_pages->addWidget(makeEmptyPage());
    auto* scroll = new QScrollArea(m_pages);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(makePage());
    m_pages->addWidget(scroll);
    connect(&selection, &Selection::changed, this, &InspectorPanel::refresh);
    connect(&bridge, &SessionBridge::documentChanged, this, &InspectorPanel::refresh);
    refresh();
}

QWidget* InspectorPanel::makeEmptyPage()
{
    auto* page = new QWidget(m_pages);
    auto* icon = new IconLabel(QStringLiteral("cursor_op"), 22, page);
    auto* sentence = new QLabel(tr("Select an op or a weight"), page);
    auto* column = new QVBoxLayout(page);
    column->addStretch(1);
    column->addWidget(icon, 0, Qt::AlignHCenter);
    column->addWidget(sentence, 0, Qt::AlignHCenter);
    column->addStretch(2);
    return page;
}

QWidget* InspectorPanel::makePage()
{
    auto* page = new QWidget;
    m_title = new ElidedLabel({}, page);
    m_title->setStyleSheet(QStringLiteral("font-size: 17px; font-weight: 600;"));
    m_subtitle = quietLabel({}, "second", page);
    m_subtitle->setWordWrap(true);
    m_card = new StateCard(page);
    connect(m_card, &StateCard::linkActivated, this, &InspectorPanel::followLink);
    m_plot = new DerivativePlot(page);

    m_derivativeBlock = new QWidget(page);
    m_derivativeHead = new SectionHead(tr("Local derivative"), m_derivativeBlock);
    m_derivative = new ElidedLabel({}, m_derivativeBlock);
    m_derivative->setFont(monoFont(13));
    auto* box = new QFrame(m_derivativeBlock);
    box->setProperty("card", QStringLiteral("raised"));
    auto* boxRow = new QHBoxLayout(box);
    boxRow->setContentsMargins(8, 4, 8, 4);
    boxRow->addWidget(m_derivative);
    auto* derivativeColumn = new QVBoxLayout(m_derivativeBlock);
    derivativeColumn->setContentsMargins(0, 0, 0, 0);
    derivativeColumn->setSpacing(6);
    derivativeColumn->addWidget(m_derivativeHead);
    derivativeColumn->addWidget(box);

    m_valuesHead = new SectionHead(tr("Values"), page);
    m_values = new ValueList(m_bridge, page);
    m_body = new BodySection(m_bridge, page);
    m_fixRule = ruleLine(page);
    m_fix = new FixSection(m_bridge, page);
    connect(m_fix, &FixSection::editorWanted, this, &InspectorPanel::editorWanted);

    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(6);
    column->addWidget(m_title);
    column->addWidget(m_subtitle);
    column->addSpacing(4);
    column->addWidget(m_card);
    column->addSpacing(4);
    column->addWidget(m_plot);
    column->addSpacing(4);
    column->addWidget(m_derivativeBlock);
    column->addSpacing(6);
    column->addWidget(m_valuesHead);
    column->addWidget(m_values);
    column->addWidget(m_body);
    column->addSpacing(4);
    column->addWidget(m_fixRule);
    column->addSpacing(4);
    column->addWidget(m_fix);
    column->addStretch(1);
    return page;
}

void InspectorPanel::refresh()
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (!snapshot.program || m_selection.isEmpty()) {
        m_pages->setCurrentIndex(0);
        return;
    }
    const Graph& graph = *snapshot.program;
    if (m_selection.weight() != kNoValue && graph.has(m_selection.weight()))
        show(OpFacts::ofWeight(snapshot, m_selection.weight()));
    else if (graph.has(m_selection.op().node))
        show(OpFacts::ofOp(snapshot, m_selection.op()));
    else
        m_pages->setCurrentIndex(0);
}

void InspectorPanel::show(const OpFacts& facts)
{
    const Graph& graph = *m_bridge.snapshot()->program;
    const bool isOp = m_selection.weight() == kNoValue;
    m_facts = facts;
    m_title->setText(facts.title);
    m_subtitle->setText(facts.subtitle);
    QString link;
    if (!facts.cutWeights.empty())
        link = tr("Show which weights");
    else if (facts.cutBy.node != kNoNode)
        link = tr("Show where");
    m_card->show(facts.mark, facts.cardTitle, facts.cardText, link);
    m_plot->setOp(isOp ? &graph.node(primalOf(graph, m_selection.op().node)) : nullptr);
    showPlot();
    m_derivativeBlock->setVisible(!facts.derivative.isEmpty());
    m_derivativeHead->setRemark(facts.derivativeSource);
    m_derivative->setText(facts.derivative);
    m_valuesHead->setRemark(facts.valuesType);
    m_values->setSubject(facts.title, facts.values);
    m_body->setOp(isOp ? m_selection.op() : OpAddress{});
    m_fixRule->setVisible(isOp);
    m_fix->setOp(isOp ? m_selection.op().node : kNoNode);
    m_pages->setCurrentIndex(1);
}

void InspectorPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    showPlot();
}

void InspectorPanel::showPlot()
{
    // In a low window the fixes are worth more than the plot.
    m_plot->setVisible(m_plot->hasCurves() && height() >= kRoomForPlot);
}

void InspectorPanel::followLink()
{
    if (!m_facts.cutWeights.empty()) {
        emit weightsWanted(m_facts.cutWeights);
        return;
    }
    const Graph& graph = *m_bridge.snapshot()->program;
    OpAddress place = m_facts.cutBy;
    const int depth = graph.depth(graph.node(place.node).region);
    for (int level = 0; level < depth; ++level)
        place.at = place.at.then(0);
    m_selection.selectOp(place);
}

}
