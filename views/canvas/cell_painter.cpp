#include "views/canvas/cell_painter.h"

#include "views/canvas/metrics.h"
#include "views/style/badge.h"

#include <cmath>

namespace backstep {

namespace {

constexpr double kLowestBlock = 3; ///< rows stay apart in the overview

QString subscript(int64_t number)
{
    QString digits = QString::number(number);
    for (QChar& digit : digits)
        digit = QChar(0x2080 + digit.digitValue());
    return digits;
}

QRectF crisp(const QRectF& rect)
{
    const double x = std::round(rect.x()), y = std::round(rect.y());
    return {x + 0.5, y + 0.5, std::max(1.0, std::round(rect.width())),
            std::max(1.0, std::round(rect.height()))};
}

}

QFont nodeFont(const QFont& base, double zoom)
{
    QFont font = base;
    font.setWeight(QFont::Medium);
    // point sizes may be fractions, pixel sizes may not: text grows with its box
    constexpr double kPixels = 11, kPointsPerPixel = 0.75; // at Qt's 96 dpi
    font.setPointSizeF(kPixels * kPointsPerPixel * zoom);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

CellPainter::CellPainter(const Palette& palette, const QFont& base, const Camera& camera,
                         Detail detail, Bands bands)
    : m_palette(palette), m_base(base), m_font(nodeFont(base, camera.zoom)), m_camera(camera),
      m_detail(detail), m_bands(bands)
{}

bool CellPainter::shows(Band band) const
{
    return m_bands == Bands::Both || (m_bands == Bands::Forward) == (band == Band::Forward);
}

QRectF CellPainter::map(const Rect& rect, QPointF origin) const
{
    return {origin.x() + rect.x * m_camera.zoom, origin.y() + rect.y * m_camera.zoomY(),
            rect.width * m_camera.zoom, rect.height * m_camera.zoomY()};
}

QTransform CellPainter::transform(Band band, QPointF origin) const
{
    const double sign = band == Band::Forward ? 1 : -1;
    return {m_camera.zoom,
            0,
            0,
            sign * m_camera.zoomY(),
            std::round(origin.x()) + 0.5,
            std::round(origin.y()) + 0.5};
}

void CellPainter::paint(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
                        const CellProgress& progress, QPointF origin) const
{
    if (m_detail >= Detail::Boxes)
        return paintBlocks(painter, cell, looks, progress, origin);
    painter.setRenderHint(QPainter::Antialiasing);
    StrokeBatch batch;
    if (shows(Band::Forward)) {
        paintFrames(painter, cell, origin, Band::Forward);
        addForwardEdges(batch, cell, progress, origin);
    }
    const bool hasGradients = shows(Band::Backward) && cell.outline.hasBackward;
    if (hasGradients) {
        paintFrames(painter, cell, origin, Band::Backward);
        addSums(batch, cell, looks, progress, origin);
        addGradientEdges(batch, cell, looks, progress, origin);
    }
    batch.paint(painter, m_palette, m_camera.zoom);
    if (hasGradients)
        paintJoints(painter, cell, looks, progress, origin);
    if (m_detail == Detail::Text)
        for (Band band : {Band::Forward, Band::Backward})
            if (band == Band::Forward ? shows(band) : hasGradients)
                paintChips(painter, cell, origin, band);
    paintBoxes(painter, cell, looks, progress, origin);
    if (m_detail == Detail::Text)
        paintPorts(painter, cell, looks, progress, origin);
}

void CellPainter::paintBlocks(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
                              const CellProgress& progress, QPointF origin) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    const auto block = [&](const Rect& rect, const QColor& colour, bool isCause) {
        QRectF at = map(rect, origin);
        const double least = isCause ? 6 : 2; // a failure stays visible at any size
        if (at.width() < least)
            at.adjust((at.width() - least) / 2, 0, (least - at.width()) / 2, 0);
        if (at.height() < kLowestBlock)
            at.adjust(0, (at.height() - kLowestBlock) / 2, 0, (kLowestBlock - at.height()) / 2);
        painter.fillRect(at, colour);
    };
    for (bool drawsCauses : {false, true})
        for (size_t i = 0; i < cell.boxes.size(); ++i) {
            const bool isCause = !badgeOf(looks.ops[i].mark).empty();
            if (isCause != drawsCauses)
                continue;
            const int op = static_cast<int>(i);
            if (shows(Band::Forward))
                block(cell.boxes[i],
                      isCause ? roleOfMark(m_palette, looks.ops[i].mark)
                              : forwardBlockColour(m_palette, progress.isForwardDone(op)),
                      isCause);
            if (shows(Band::Backward) && cell.outline.hasBackward)
                block(cell.boxes[i].mirrored(),
                      blockColour(m_palette, looks.ops[i].look, progress.isBackwardDone(op)),
                      isCause);
        }
}

void CellPainter::paintFrames(QPainter& painter, const CellLayout& cell, QPointF origin,
                              Band band) const
{
    QFont font = m_font;
    font.setPointSizeF(m_font.pointSizeF() * 10 / 11);
    const QFontMetricsF metrics(font);
    for (const CellFrame& frame : cell.frames) {
        const bool isForward = band == Band::Forward;
        const QRectF rect = crisp(map(isForward ? frame.rect : frame.rect.mirrored(), origin));
        painter.setPen(QPen(m_palette.rule, 1));
        painter.setBrush(m_palette.frame);
        painter.drawRoundedRect(rect, 8 * m_camera.zoom, 8 * m_camera.zoom);
        if (m_detail != Detail::Text)
            continue;
        const QRectF label = map(isForward ? frame.label : frame.mirroredLabel, origin);
        const QString name =
            QString::fromStdString(cell.outline.layers[static_cast<size_t>(frame.layer)]);
        painter.setFont(font);
        painter.setPen(m_palette.second);
        painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         metrics.elidedText(name, Qt::ElideRight, label.width()));
    }
}

void CellPainter::paintChips(QPainter& painter, const CellLayout& cell, QPointF origin,
                             Band band) const
{
    const BoxPainter boxes(painter, m_palette, m_font, m_camera.zoom);
    for (const CellChip& chip : cell.chips) {
        const Rect rect = band == Band::Forward ? chip.rect : chip.rect.mirrored();
        const CellWeight& use = cell.outline.weights[static_cast<size_t>(chip.weight)];
        boxes.chip(crisp(map(rect, origin)), QString::fromStdString(use.shortName));
    }
}

void CellPainter::paintBoxes(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
                             const CellProgress& progress, QPointF origin) const
{
    const BoxPainter boxes(painter, m_palette, m_font, m_camera.zoom);
    const bool hasText = m_detail == Detail::Text;
    const bool hasGradients = shows(Band::Backward) && cell.outline.hasBackward;
    for (size_t i = 0; i < cell.boxes.size(); ++i) {
        const CellOp& op = cell.outline.ops[i];
        const int index = static_cast<int>(i);
        BoxDrawing box;
        box.isPill = op.isLoss;
        box.look = looks.ops[i].look;
        const QString label = QString::fromStdString(op.label);
        if (shows(Band::Forward)) {
            box.rect = crisp(map(cell.boxes[i], origin));
            box.label = hasText ? label : QString();
            box.isDone = progress.isForwardDone(index);
            box.stopsForward = looks.ops[i].stopsForward;
            boxes.forwardBox(box);
            boxes.badge(box.rect, looks.ops[i].mark);
            if (!hasGradients)
                boxes.checkBadge(box.rect, looks.ops[i].check);
        }
        if (hasGradients) {
            box.rect = crisp(map(cell.boxes[i].mirrored(), origin));
            box.label = hasText ? QStringLiteral("∇") + label : QString();
            box.isDone = progress.isBackwardDone(index);
            boxes.gradientBox(box);
            boxes.badge(box.rect, looks.ops[i].mark);
            boxes.checkBadge(box.rect, looks.ops[i].check);
        }
    }
    if (shows(Band::Forward))
        for (const CellPill& pill : cell.pills) {
            const OutlineInput& input = cell.outline.inputs[static_cast<size_t>(pill.input)];
            BoxDrawing shape;
            shape.rect = crisp(map(pill.rect, origin));
            shape.isPill = true;
            shape.isDone = progress.isForwardDone(input.op);
            boxes.forwardBox(shape);
        }
}

void CellPainter::paintTimestepTexts(QPainter& painter, const CellLayout& cell, int64_t t,
                                     bool isDone, QPointF origin) const
{
    if (m_detail != Detail::Text || !shows(Band::Forward))
        return;
    painter.setFont(m_font);
    painter.setPen(isDone ? m_palette.text : m_palette.third);
    for (const CellPill& pill : cell.pills) {
        const OutlineInput& input = cell.outline.inputs[static_cast<size_t>(pill.input)];
        const QRectF rect = map(pill.rect, origin);
        const QString label = QString::fromStdString(input.label);
        const QString whole = label + subscript(t);
        const bool isTooLong = painter.fontMetrics().horizontalAdvance(whole) > rect.width();
        painter.drawText(rect.adjusted(-8, 0, 8, 0), Qt::AlignCenter | Qt::TextSingleLine,
                         isTooLong ? label : whole); // the header over it names the timestep
    }
}

}
