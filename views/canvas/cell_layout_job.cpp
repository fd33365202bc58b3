#include "views/canvas/cell_layout_job.h"

#include <map>

namespace backstep {

namespace {

using Cells = std::vector<std::shared_ptr<const CellLayout>>;

/// Timelines of equal length share the widest period, so that equal timesteps stand in one column.
Cells layoutCells(std::vector<CellOutline> outlines)
{
    Cells cells;
    std::map<int64_t, float> periods;
    for (const CellOutline& outline : outlines) {
        cells.push_back(std::make_shared<CellLayout>(layoutCell(outline)));
        float& period = periods[outline.stepCount];
        period = std::max(period, cells.back()->period);
    }
    for (size_t i = 0; i < cells.size(); ++i)
        if (const float period = periods[outlines[i].stepCount]; cells[i]->period < period)
            cells[i] = std::make_shared<CellLayout>(layoutCell(std::move(outlines[i]), period));
    return cells;
}

/// Timelines of Scans in the top region; those inside another Scan are drawn as its box.
std::vector<TimelineId> shownTimelines(const Graph& graph)
{
    std::vector<TimelineId> shown;
    for (const Timeline& timeline : graph.timelines())
        if (graph.has(timeline.forward) && graph.region(timeline.forward).parent == kTopRegion &&
            graph.region(timeline.forward).timeline == timeline.id)
            shown.push_back(timeline.id);
    return shown;
}

}

CellLayoutJob::CellLayoutJob(QObject* parent) : QObject(parent)
{
    m_worker.setMaxThreadCount(1);
}

CellLayoutJob::~CellLayoutJob()
{
    ++m_newest;
    m_worker.waitForDone();
}

void CellLayoutJob::start(std::shared_ptr<const Graph> graph, const std::set<std::string>& unfolded,
                          const TextWidth& textWidth)
{
    const uint64_t request = ++m_newest;
    m_isRunning = true;
    m_worker.start([this, request, graph = std::move(graph), unfolded, textWidth]() mutable {
        std::vector<CellOutline> outlines;
        for (TimelineId timeline : shownTimelines(*graph))
            if (request == m_newest)
                outlines.push_back(outlineCell(*graph, timeline, textWidth));
        if (request != m_newest)
            return;
        OuterOutline outer = outlineOuter(*graph, unfolded, textWidth);
        auto scene = std::make_shared<const Scene>(
            std::move(graph), layoutCells(std::move(outlines)),
            std::make_shared<OuterLayout>(layoutOuter(std::move(outer))));
        QMetaObject::invokeMethod(
            this,
            [this, request, scene = std::move(scene)] {
                if (request != m_newest)
                    return;
                m_isRunning = false;
                emit finished(scene);
            },
            Qt::QueuedConnection);
    });
}

void CellLayoutJob::cancel()
{
    ++m_newest;
    m_isRunning = false;
}

}
