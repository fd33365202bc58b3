#include "views/canvas/graph_view.h"

#include "views/canvas/canvas_header.h"
#include "views/canvas/cell_painter.h"
#include "views/canvas/describe.h"
#include "views/canvas/pinned.h"

#include <QFontMetricsF>
#include <QScrollBar>

#include <cmath>

namespace backstep {

GraphView::GraphView(QWidget* parent)
    : QAbstractScrollArea(parent), m_header(new CanvasHeader(*this))
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // the overview does it better
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    setViewportMargins(0, pinned::kHeaderHeight, 0, 0);
    setAccessibleName(tr("Graph"));
    setMinimumSize(240, 160);
    connect(&m_job, &CellLayoutJob::finished, this, &GraphView::adopt);
}

GraphView::~GraphView() = default;

void GraphView::setSnapshot(std::shared_ptr<const Snapshot> snapshot)
{
    if (!snapshot || !snapshot->program) {
        m_pending.reset();
        m_state = {};
        m_painter.forget();
        m_selected = m_hovered = {};
        m_cutPaths = {};
        emit stateChanged();
        viewport()->update();
        return;
    }
    const bool isSameProgram = m_state.scene && m_state.snapshot && !m_pending &&
                               m_state.snapshot->program == snapshot->program;
    if (isSameProgram) {
        m_state.adopt(std::move(snapshot), m_state.scene);
        m_painter.forget();
        emit stateChanged();
        viewport()->update();
        return;
    }
    if (!m_state.scene)
        m_unfolded.clear();
    m_pending = std::move(snapshot);
    startLayout();
}

void GraphView::setCheckMarks(std::shared_ptr<const OpCheckMarks> marks)
{
    m_state.checks = std::move(marks);
    if (!m_state.scene)
        return;
    m_state.adopt(m_state.snapshot, m_state.scene);
    m_painter.forget();
    viewport()->update();
}

void GraphView::startLayout()
{
    const QFontMetricsF metrics(nodeFont(font(), 1));
    const std::shared_ptr<const Snapshot>& from = m_pending ? m_pending : m_state.snapshot;
    m_job.start(from->program, m_unfolded, [metrics](const std::string& text) {
        return static_cast<float>(metrics.horizontalAdvance(QString::fromStdString(text)));
    });
    emit layoutProgress(0, static_cast<int>(from->program->nodeIds().size()));
    viewport()->update();
}

void GraphView::cancelLayout()
{
    if (!m_job.isRunning())
        return;
    m_job.cancel();
    if (m_pending) { // an old picture beside a new program would be a lie
        m_state = {};
        m_cutPaths = {};
        m_painter.forget();
        m_selected = m_hovered = {};
        emit stateChanged();
    }
    emit layoutProgress(1, 1);
    viewport()->update();
}

bool GraphView::isSameTopology(const Scene& other) const
{
    if (!m_state.scene || m_state.scene->strips().size() != other.strips().size())
        return false;
    for (size_t i = 0; i < other.strips().size(); ++i) {
        const TimelineStrip &a = m_state.scene->strips()[i], &b = other.strips()[i];
        if (a.stepCount != b.stepCount || a.cell->outline.ops.size() != b.cell->outline.ops.size())
            return false;
    }
    return m_state.scene->outer().opCount == other.outer().opCount;
}

void GraphView::adopt(std::shared_ptr<const Scene> scene)
{
    if (!m_pending && !m_state.snapshot)
        return; // closed while it was being laid out
    const bool keepsCamera = isSameTopology(*scene);
    const OpAddress selected = m_wanted.node != kNoNode ? m_wanted : selection();
    const bool isEverywhere = m_isEverywhere;
    m_state.adopt(m_pending ? std::move(m_pending) : m_state.snapshot, std::move(scene));
    m_pending.reset();
    m_painter.forget();
    m_hovered = {};
    m_cutPaths = {};
    m_selected = m_state.scene->boxOf(selected);
    m_isEverywhere = isEverywhere && m_selected.isValid();
    m_wanted = {};
    if (!keepsCamera) {
        resetCamera();
        if (m_state.progress.hasBegun())
            ensureVisible(m_state.progress.current());
    }
    updateScrollBars();
    updateAccessibleName();
    const int total = static_cast<int>(m_state.snapshot->program->nodeIds().size());
    emit layoutProgress(total, total);
    emit stateChanged();
    viewport()->update();
}

void GraphView::setPassState(const PassState& pass)
{
    const OpAddress before = m_state.progress.current();
    m_state.setPass(pass);
    const OpAddress& now = m_state.progress.current();
    if (m_state.scene && now != before && pass.reason != StopReason::End && !pass.isRunning)
        ensureVisible(now);
    emit stateChanged();
    viewport()->update();
}

void GraphView::showCutPaths(NodeId cut, const std::vector<ValueId>& weights)
{
    if (m_state.scene && m_state.scene->graph().has(cut))
        m_cutPaths = cutPathsOf(*m_state.scene, cut, weights);
    viewport()->update();
}

void GraphView::select(const OpAddress& address)
{
    m_isEverywhere = false;
    m_cutPaths = {};
    if (!m_state.scene || m_pending) {
        m_wanted = address; // it may be known only to the program being laid out
        if (!m_state.scene)
            return;
    }
    m_selected = m_state.scene->boxOf(address);
    updateAccessibleName();
    viewport()->update();
}

OpAddress GraphView::selection() const
{
    return m_state.scene ? m_state.scene->addressOf(m_selected) : OpAddress{};
}

void GraphView::choose(const BoxRef& box, bool everywhere)
{
    m_cutPaths = {};
    m_selected = box;
    m_isEverywhere = everywhere && box.isValid();
    updateAccessibleName();
    viewport()->update();
    emit selectionChanged(selection(), m_isEverywhere);
}

void GraphView::setHovered(const BoxRef& box)
{
    if (box == m_hovered)
        return;
    m_hovered = box;
    viewport()->update();
}

int64_t GraphView::currentTimestep() const
{
    const OpAddress& now = m_state.progress.current();
    return now.node == kNoNode || now.at.depth == 0 ? -1 : now.at.t[0];
}

void GraphView::activate(const BoxRef& box)
{
    if (!box.isValid())
        return;
    if (box.strip < 0) {
        const OuterBox& outer = m_state.scene->outer().boxes[static_cast<size_t>(box.box)];
        if (outer.isFolded()) {
            m_unfolded.insert(outer.scope);
            startLayout();
            return;
        }
    }
    emit activated(m_state.scene->addressOf(box));
}

void GraphView::moveTimestep(int steps)
{
    if (!m_state.scene || m_state.scene->mainStrip() < 0)
        return;
    if (!m_selected.isValid() || m_selected.strip < 0) {
        selectTimestep(std::max<int64_t>(0, currentTimestep()) +
                       (currentTimestep() < 0 ? 0 : steps));
        return;
    }
    selectTimestep(m_selected.t + steps);
}

void GraphView::selectTimestep(qint64 t)
{
    if (!m_state.scene || m_state.scene->mainStrip() < 0)
        return;
    BoxRef box = m_selected;
    if (!box.isValid() || box.strip < 0)
        box = {m_state.scene->mainStrip(), 0, Band::Forward, 0};
    const int64_t last = m_state.scene->strips()[static_cast<size_t>(box.strip)].stepCount - 1;
    box.t = std::clamp<int64_t>(t, 0, std::max<int64_t>(0, last));
    ensureBoxVisible(box);
    choose(box, false);
}

void GraphView::setBands(Bands bands)
{
    if (bands == m_bands)
        return;
    m_bands = bands;
    Camera camera = m_camera;
    keepInReach(camera);
    setCamera(camera);
    emit bandsChanged(bands);
    viewport()->update();
}

void GraphView::cycleBands()
{
    setBands(m_bands == Bands::Both      ? Bands::Forward
             : m_bands == Bands::Forward ? Bands::Backward
                                         : Bands::Both);
}

void GraphView::refreshPalette()
{
    m_painter.forget();
    m_header->update();
    viewport()->update();
    emit stateChanged();
}

void GraphView::updateAccessibleName()
{
    setAccessibleDescription(m_selected.isValid() ? describeBox(m_state, m_selected) : QString());
}

}
