#include "views/canvas/outer_painter.h"

#include "views/canvas/box_painter.h"
#include "views/canvas/cell_painter.h"
#include "views/canvas/strokes.h"
#include "views/style/badge.h"

#include <cmath>

namespace backstep {

namespace {

class OuterPainter
{
public:
    OuterPainter(QPainter& painter, const CanvasState& state, const Camera& camera,
                 const QRectF& viewport, Bands bands, const QFont& font)
        : m_painter(painter), m_state(state), m_camera(camera), m_viewport(viewport),
          m_bands(bands), m_font(nodeFont(font, camera.zoom))
    {
        for (const TimelineStrip& strip : state.scene->strips())
            m_width = std::max(m_width, strip.width());
    }

    void paint()
    {
        m_painter.setRenderHint(QPainter::Antialiasing);
        StrokeBatch batch;
        const bool isOverview = m_camera.fixedZoomY > 0;
        for (const OuterEdge& edge : m_state.scene->outer().edges)
            if (!isOverview)
                addEdge(batch, edge);
        batch.paint(m_painter, Palette::current(), m_camera.zoom);
        for (size_t i = 0; i < m_state.scene->outer().boxes.size(); ++i)
            for (Band band : {Band::Forward, Band::Backward})
                if (shows(band))
                    paintBox({-1, static_cast<int>(i), band, 0});
    }

private:
    bool shows(Band band) const
    {
        if (band == Band::Backward && !m_state.scene->hasBackward())
            return false;
        return m_bands == Bands::Both || (m_bands == Bands::Forward) == (band == Band::Forward);
    }

    bool isDone(int box, Band band) const
    {
        const OuterBox& at = m_state.scene->outer().boxes[static_cast<size_t>(box)];
        return m_state.progress.isDone(band == Band::Forward ? at.forward : at.gradientOps());
    }

    void addEdge(StrokeBatch& batch, const OuterEdge& edge)
    {
        const OuterLayout& outer = m_state.scene->outer();
        const int witness = edge.from >= 0 ? edge.from : edge.to;
        const double shift =
            outer.isBehind[static_cast<size_t>(edge.to >= 0 ? edge.to : edge.from)] ? m_width : 0;
        const double x = std::round(m_camera.toScreenX(shift)) + 0.5;
        const double y = std::round(m_camera.toScreenY(0)) + 0.5;
        // the picture is too far away to have precision left in a transform: leave it out
        if (std::abs(x) > 1e6)
            return;
        const double zoom = m_camera.zoom, zoomY = m_camera.zoomY();
        if (shows(Band::Forward))
            batch.add(forwardStroke(isDone(witness, Band::Forward)), edge.path,
                      {zoom, 0, 0, zoomY, x, y}, StrokeBatch::AtEnd);
        if (shows(Band::Backward)) {
            const int reader = edge.to >= 0 ? edge.to : edge.from;
            const OpLook& look = m_state.outerLooks[static_cast<size_t>(reader)];
            const Flow flow = edge.to >= 0 ? look.leaving : look.arriving;
            batch.add(look.mark == OpMark::OffPath
                          ? Stroke::GradientAhead
                          : gradientStroke(flow, isDone(reader, Band::Backward)),
                      edge.path, {zoom, 0, 0, -zoomY, x, y}, StrokeBatch::AtStart);
        }
    }

    void paintBox(const BoxRef& ref)
    {
        const QRectF mapped = m_camera.toScreen(m_state.scene->rectOf(ref));
        if (!mapped.adjusted(-20, -20, 20, 20).intersects(m_viewport))
            return;
        const size_t index = static_cast<size_t>(ref.box);
        if (m_camera.fixedZoomY > 0 || m_camera.zoom < 0.2)
            return paintBlock(mapped, m_state.outerLooks[index], ref);
        const OuterBox& box = m_state.scene->outer().boxes[index];
        const OpLook& look = m_state.outerLooks[index];
        const bool isForward = ref.band == Band::Forward;
        BoxDrawing drawing;
        drawing.rect =
            QRectF(std::round(mapped.x()) + 0.5, std::round(mapped.y()) + 0.5,
                   std::max(2.0, std::round(mapped.width())), std::round(mapped.height()));
        drawing.isPill = box.isLoss;
        drawing.isDone = isDone(ref.box, ref.band);
        drawing.look = look.look;
        drawing.stopsForward = look.stopsForward;
        if (m_camera.zoom >= kTextZoom)
            drawing.label =
                (isForward ? QString() : QStringLiteral("∇")) + QString::fromStdString(box.label);
        const BoxPainter boxes(m_painter, Palette::current(), m_font, m_camera.zoom);
        if (box.isFolded() && m_camera.zoom >= 0.3) { // a second sheet behind says: many
            m_painter.setPen(QPen(Palette::current().controlBorder, 1));
            m_painter.setBrush(Palette::current().panel);
            m_painter.drawRoundedRect(drawing.rect.translated(3, -3), 4, 4);
        }
        if (isForward)
            boxes.forwardBox(drawing);
        else
            boxes.gradientBox(drawing);
        boxes.badge(drawing.rect, look.mark);
        if (!isForward || !shows(Band::Backward))
            boxes.checkBadge(drawing.rect, look.check);
    }

    void paintBlock(const QRectF& mapped, const OpLook& look, const BoxRef& ref)
    {
        const bool isCause = !badgeOf(look.mark).empty();
        const double least = isCause ? 6 : 2;
        QRectF rect = mapped;
        if (rect.width() < least)
            rect.adjust((rect.width() - least) / 2, 0, (least - rect.width()) / 2, 0);
        const Palette& palette = Palette::current();
        const bool isForward = ref.band == Band::Forward;
        m_painter.fillRect(rect, isForward && isCause ? roleOfMark(palette, look.mark)
                                 : isForward
                                     ? forwardBlockColour(palette, isDone(ref.box, ref.band))
                                     : blockColour(palette, look.look, isDone(ref.box, ref.band)));
    }

    QPainter& m_painter;
    const CanvasState& m_state;
    const Camera& m_camera;
    const QRectF& m_viewport;
    Bands m_bands;
    QFont m_font;
    double m_width = 0;
};

}

void paintOuter(QPainter& painter, const CanvasState& state, const Camera& camera,
                const QRectF& viewport, Bands bands, const QFont& font)
{
    if (!state.scene->outer().boxes.empty())
        OuterPainter(painter, state, camera, viewport, bands, font).paint();
}

}
