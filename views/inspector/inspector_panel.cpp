#include "views/inspector/inspector_panel.h"

#include "views/inspector/body_section.h"
#include "views/inspector/check_line.h"
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
constexpr int kRoomForPlot = 700;
}

InspectorPanel::InspectorPanel(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_selection(selection), m_pages(new QStackedWidget(this))
{
    setAccessibleName(tr("Inspector"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_pages);
    m_pages->addWidget(makeEmptyPage());
    m_pages->addWidget(makePage());
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

/// What explains scrolls; the title above and the fixes below it stay in view.
QWidget* InspectorPanel::makePage()
{
    auto* page = new QWidget(m_pages);
    m_title = new ElidedLabel({}, page);
    m_title->setStyleSheet(QStringLiteral("font-size: 17px; font-weight: 600;"));
    m_subtitle = new ElidedLabel({}, page);
    m_subtitle->setProperty("tone", "second");
    auto* head = new QVBoxLayout;
    head->setContentsMargins(16, 4, 16, 6);
    head->setSpacing(4);
    head->addWidget(m_title);
    head->addWidget(m_subtitle);

    auto* scroll = new QScrollArea(page);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(makeScrolled(page));
    m_fixRule = ruleLine(page);
    m_fix = new FixSection(m_bridge, page);
    connect(m_fix, &FixSection::editorWanted, this, &InspectorPanel::editorWanted);
    connect(m_fix, &FixSection::forwardWanted, this, &InspectorPanel::forwardWanted);
    connect(m_fix, &FixSection::codeWanted, this, &InspectorPanel::codeWanted);

    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(scroll, 1);
    column->addWidget(m_fixRule);
    column->addWidget(m_fix);
    return page;
}

QWidget* InspectorPanel::makeScrolled(QWidget* page)
{
    auto* scrolled = new QWidget(page);
    m_card = new StateCard(scrolled);
    connect(m_card, &StateCard::linkActivated, this, &InspectorPanel::followLink);
    m_check = new CheckLine(scrolled);
    connect(m_check, &CheckLine::placeWanted, &m_selection, &Selection::selectOp);
    m_plot = new DerivativePlot(scrolled);

    m_derivativeBlock = new QWidget(scrolled);
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
    derivativeColumn->setSpacing(4);
    derivativeColumn->addWidget(m_derivativeHead);
    derivativeColumn->addWidget(box);

    m_valuesHead = new SectionHead(tr("Values"), scrolled);
    m_values = new ValueList(m_bridge, scrolled);
    m_body = new BodySection(m_bridge, scrolled);

    m_blocks = new QVBoxLayout(scrolled);
    m_blocks->setContentsMargins(16, 2, 16, 4);
    m_blocks->addWidget(m_card);
    m_blocks->addWidget(m_check);
    m_blocks->addWidget(m_plot);
    m_blocks->addWidget(m_derivativeBlock);
    m_blocks->addWidget(m_valuesHead);
    m_blocks->addWidget(m_values);
    m_blocks->addWidget(m_body);
    m_blocks->addStretch(1);
    return scrolled;
}

void InspectorPanel::setShowsTitle(bool isShown)
{
    m_title->setVisible(isShown);
}

void InspectorPanel::showNothing()
{
    m_pages->setCurrentIndex(0);
    emit titleChanged({});
}

void InspectorPanel::refresh()
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (!snapshot.program || m_selection.isEmpty())
        return showNothing();
    const Graph& graph = *snapshot.program;
    if (m_selection.weight() != kNoValue && graph.has(m_selection.weight()))
        show(OpFacts::ofWeight(snapshot, m_selection.weight()));
    else if (graph.has(m_selection.op().node))
        show(OpFacts::ofOp(snapshot, m_selection.op()));
    else
        showNothing();
}

void InspectorPanel::show(const OpFacts& facts)
{
    const Graph& graph = *m_bridge.snapshot()->program;
    const bool isOp = m_selection.weight() == kNoValue;
    m_facts = facts;
    m_title->setText(facts.title);
    emit titleChanged(facts.title);
    m_subtitle->setText(facts.subtitle);
    QString link;
    if (!facts.cutWeights.empty())
        link = tr("Show which weights");
    else if (facts.cutBy.node != kNoNode)
        link = tr("Show where");
    m_card->show(facts.mark, facts.cardTitle, facts.cardText, link);
    showCheck();
    m_plot->setOp(isOp ? &graph.node(primalOf(graph, m_selection.op().node)) : nullptr);
    fitHeight();
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

void InspectorPanel::setChecks(std::shared_ptr<const OpCheckMarks> checks)
{
    m_checks = std::move(checks);
    showCheck();
}

void InspectorPanel::showCheck()
{
    const OpCheckMark* shown = nullptr;
    const Graph* graph = m_bridge.snapshot()->program.get();
    if (m_checks && graph && graph->has(m_selection.op().node))
        if (const auto check = m_checks->find(primalOf(*graph, m_selection.op().node));
            check != m_checks->end())
            shown = &check->second;
    m_check->setCheck(shown, m_selection.op());
}

void InspectorPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitHeight();
}

void InspectorPanel::fitHeight()
{
    // In a low window the fixes are worth more than the plot, and values more than air.
    const bool isLow = height() < kRoomForPlot;
    m_plot->setVisible(m_plot->hasCurves() && !isLow);
    m_blocks->setSpacing(isLow ? 6 : 12);
    m_values->setRowHeight(isLow ? 28 : 32);
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

void InspectorPanel::focusFix()
{
    m_fix->focusChoice();
}

}
