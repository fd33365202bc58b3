#pragma once

#include "views/canvas/scene.h"

#include <QPointF>
#include <QRectF>

#include <algorithm>

namespace backstep {

/// What part of the scene the viewport shows. Double precision: at T = 100,000 the canvas is 4e7
/// units long. Far out only time is compressed further; the bands stay high enough to be read.
struct Camera {
    double x = 0, y = 0; ///< scene point at the top left of the viewport
    double zoom = 1;

    double fixedZoomY = 0; ///< of the overview, which fits both directions

    static constexpr double kClosest = 6, kFarthest = 1e-6, kFlattest = 0.5;
    double zoomY() const { return fixedZoomY > 0 ? fixedZoomY : std::max(zoom, kFlattest); }
    double toScreenX(double sceneX) const { return (sceneX - x) * zoom; }
    double toScreenY(double sceneY) const { return (sceneY - y) * zoomY(); }
    double toSceneX(double screenX) const { return x + screenX / zoom; }
    double toSceneY(double screenY) const { return y + screenY / zoomY(); }
    QRectF toScreen(const SceneRect& r) const
    {
        return {toScreenX(r.x), toScreenY(r.y), r.width * zoom, r.height * zoomY()};
    }
    /// Keeps the scene point under `anchor` where it is.
    void zoomAt(QPointF anchor, double newZoom)
    {
        const double sceneX = toSceneX(anchor.x()), sceneY = toSceneY(anchor.y());
        zoom = std::clamp(newZoom, kFarthest, kClosest);
        x = sceneX - anchor.x() / zoom;
        y = sceneY - anchor.y() / zoomY();
    }
    bool operator==(const Camera&) const = default;
};

/// How much of a cell is drawn, by the pixels that one timestep has (VIEW section 5).
enum class Detail : uint8_t {
    Text,  ///< boxes with text, arrowheads, ports
    Edges, ///< boxes and edges
    Boxes, ///< boxes in the colour of their state
    Bars,  ///< a bar a layer, band and timestep
    Heat,  ///< timesteps closer than the eye parts them: runs of columns
};

inline constexpr double kTextZoom = 0.6; ///< below it, 11 px text is too small to read

inline Detail detailFor(double zoom, double period)
{
    if (zoom >= kTextZoom)
        return Detail::Text;
    const double pixels = zoom * period;
    if (pixels >= 110)
        return Detail::Edges;
    if (pixels >= 40)
        return Detail::Boxes;
    return pixels >= 6 ? Detail::Bars : Detail::Heat;
}

}
