#include "views/canvas/scene.h"

#include "views/canvas/metrics.h"
#include "views/canvas/strip_links.h"

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr double kStripGap = 48; ///< between two timelines, with room for a heading

}

Scene::Scene(std::shared_ptr<const Graph> graph,
             std::vector<std::shared_ptr<const CellLayout>> cells,
             std::shared_ptr<const OuterLayout> outer)
    : m_graph(std::move(graph)), m_outer(std::move(outer))
{
    double top = 0;
    for (std::shared_ptr<const CellLayout>& cell : cells) {
        const int index = static_cast<int>(m_strips.size());
        TimelineStrip strip{cell, m_strips.empty() ? 0 : top - cell->top, cell->outline.stepCount};
        top = strip.axisY + cell->bottom + kStripGap;
        m_hasBackward |= cell->outline.hasBackward;
        for (const auto& [node, op] : cell->outline.opOfNode)
            m_placeOf[node] = {index, op};
        if (m_mainStrip < 0 ||
            strip.stepCount > m_strips[static_cast<size_t>(m_mainStrip)].stepCount)
            m_mainStrip = index;
        m_strips.push_back(std::move(strip));
    }
    m_stripLinks = linkStrips(*m_graph, m_strips);
    for (const auto& [node, box] : m_outer->boxOfNode)
        m_placeOf[node] = {-1, box};
    for (const OuterBox& box : m_outer->boxes)
        m_hasBackward |= !box.backward.empty();
    m_top = m_outer->top;
    m_bottom = m_hasBackward ? -m_top : 0;
    for (const TimelineStrip& strip : m_strips) {
        m_top = std::min(m_top, strip.axisY + strip.cell->top);
        m_bottom = std::max(m_bottom, strip.axisY + strip.cell->bottom);
    }
}

Scene::~Scene() = default;

SceneRect Scene::bounds(Bands bands) const
{
    double width = 0;
    for (const TimelineStrip& strip : m_strips)
        width = std::max(width, strip.width());
    double top = m_top, bottom = m_bottom;
    // one band alone: timelines below the first keep their place
    if (bands == Bands::Forward && m_strips.size() <= 1)
        bottom = std::min(bottom, 12.0);
    if (bands == Bands::Backward && m_strips.size() <= 1)
        top = std::max(top, -12.0);
    const double left = m_outer->left;
    return {left, top, width + m_outer->right - left, bottom - top};
}

SceneRect Scene::timelineBounds(Bands bands) const
{
    SceneRect rect = bounds(bands);
    if (m_strips.empty())
        return rect;
    const TimelineStrip &first = m_strips.front(), &last = m_strips.back();
    const double top = std::max(rect.y, first.axisY + first.cell->top);
    const double bottom = std::min(rect.y + rect.height, last.axisY + last.cell->bottom);
    return {0, top, rect.width, bottom - top};
}

SceneRect Scene::rectOf(const BoxRef& ref) const
{
    const bool isMirrored = ref.band == Band::Backward;
    if (ref.strip < 0) {
        const size_t box = static_cast<size_t>(ref.box);
        Rect rect = m_outer->boxes[box].rect;
        if (isMirrored)
            rect = rect.mirrored();
        double shift = 0;
        if (m_outer->isBehind[box])
            for (const TimelineStrip& strip : m_strips)
                shift = std::max(shift, strip.width());
        return {rect.x + shift, rect.y, rect.width, rect.height};
    }
    const TimelineStrip& strip = m_strips[static_cast<size_t>(ref.strip)];
    Rect rect = strip.cell->boxes[static_cast<size_t>(ref.box)];
    if (isMirrored)
        rect = rect.mirrored();
    return {rect.x + strip.period() * static_cast<double>(ref.t), rect.y + strip.axisY, rect.width,
            rect.height};
}

int64_t Scene::timestepAt(int strip, double x) const
{
    const TimelineStrip& at = m_strips[static_cast<size_t>(strip)];
    return std::clamp<int64_t>(static_cast<int64_t>(std::floor(x / at.period())), 0,
                               std::max<int64_t>(0, at.stepCount - 1));
}

BoxRef Scene::boxAt(double x, double y, Bands bands) const
{
    const auto isShown = [&](Band band) {
        return bands == Bands::Both || (bands == Bands::Forward) == (band == Band::Forward);
    };
    for (size_t s = 0; s < m_strips.size(); ++s) {
        const TimelineStrip& strip = m_strips[s];
        if (x < 0 || x >= strip.width())
            continue;
        const int64_t t = timestepAt(static_cast<int>(s), x);
        const Band band = y < strip.axisY ? Band::Forward : Band::Backward;
        const Point local{static_cast<float>(x - strip.period() * static_cast<double>(t)),
                          static_cast<float>(-std::abs(y - strip.axisY))};
        if (!isShown(band) || (band == Band::Backward && !m_hasBackward))
            continue;
        for (size_t i = 0; i < strip.cell->boxes.size(); ++i)
            if (strip.cell->boxes[i].contains(local))
                return {static_cast<int>(s), static_cast<int>(i), band, t};
    }
    for (size_t i = 0; i < m_outer->boxes.size(); ++i)
        for (Band band : {Band::Forward, Band::Backward}) {
            const BoxRef ref{-1, static_cast<int>(i), band, 0};
            const SceneRect rect = rectOf(ref);
            if (isShown(band) && (band == Band::Forward || m_hasBackward) && x >= rect.x &&
                x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height)
                return ref;
        }
    return {};
}

BoxRef Scene::boxOf(const OpAddress& address) const
{
    const auto found = m_placeOf.find(number(address.node));
    if (address.node == kNoNode || found == m_placeOf.end() || !m_graph->has(address.node))
        return {};
    const bool isBackward = m_graph->node(address.node).origin.phase == Phase::Backward;
    const int64_t t = found->second.strip < 0 || address.at.depth == 0 ? 0 : address.at.t[0];
    return {found->second.strip, found->second.box, isBackward ? Band::Backward : Band::Forward, t};
}

NodeId Scene::forwardOf(const BoxRef& ref) const
{
    const size_t box = static_cast<size_t>(ref.box);
    if (ref.strip < 0)
        return m_outer->boxes[box].forward.front();
    return m_strips[static_cast<size_t>(ref.strip)].cell->outline.ops[box].forward;
}

const std::vector<NodeId>& Scene::backwardOf(const BoxRef& ref) const
{
    const size_t box = static_cast<size_t>(ref.box);
    return ref.strip < 0 ? m_outer->boxes[box].backward
                         : m_strips[static_cast<size_t>(ref.strip)].cell->outline.ops[box].backward;
}

OpAddress Scene::addressOf(const BoxRef& ref) const
{
    if (!ref.isValid())
        return {};
    OpAddress address{forwardOf(ref), {}};
    if (ref.band == Band::Backward && !backwardOf(ref).empty())
        address.node = backwardOf(ref).front();
    if (ref.strip >= 0)
        address.at = address.at.then(ref.t);
    return address;
}

BoxRef Scene::partnerOf(const BoxRef& box) const
{
    BoxRef partner = box;
    partner.band = box.band == Band::Forward ? Band::Backward : Band::Forward;
    return m_hasBackward ? partner : BoxRef{};
}

std::optional<BoxRef> Scene::along(const BoxRef& box, bool withTime) const
{
    if (box.strip < 0) {
        for (const OuterEdge& edge : m_outer->edges)
            if ((withTime ? edge.from : edge.to) == box.box)
                return BoxRef{-1, withTime ? edge.to : edge.from, box.band, 0};
        return std::nullopt;
    }
    const auto& links = m_strips[static_cast<size_t>(box.strip)].cell->outline.links;
    for (bool wantsCarry : {false, true}) // within the timestep first
        for (const CellLink& link : links)
            if ((link.carry >= 0) == wantsCarry)
                if (const auto next = neighbour(box, link, withTime))
                    return next;
    return std::nullopt;
}

std::optional<BoxRef> Scene::neighbour(const BoxRef& box, const CellLink& link,
                                       bool downstream) const
{
    const int here = downstream ? link.from : link.to, there = downstream ? link.to : link.from;
    if (here != box.box || there < 0)
        return std::nullopt;
    const TimelineStrip& strip = m_strips[static_cast<size_t>(box.strip)];
    BoxRef next = box;
    next.box = there;
    if (link.carry >= 0) {
        const bool later = downstream == (strip.cell->outline.direction == Direction::Forward);
        next.t += later ? 1 : -1;
        if (next.t < 0 || next.t >= strip.stepCount)
            return std::nullopt;
    }
    return next;
}

}
