#include "views/inspector/derivative_plot.h"

#include "engine/ops/registry.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr int kSamples = 401;
constexpr CurveFrame kFrame{-2, 2, -1.3, 1.3};

std::vector<double> sampled(const Node& node, int first, int count)
{
    std::vector<float> x;
    for (int i = first; i < first + count; ++i)
        x.push_back(
            static_cast<float>(kFrame.left + (kFrame.right - kFrame.left) * i / (kSamples - 1)));
    const auto y = evaluate(node.op, node.attributes, {Tensor::of<float>({count}, x)});
    std::vector<double> values;
    if (y && y->front().count() == count && isFloating(y->front().dtype()))
        for (int i = 0; i < count; ++i)
            values.push_back(y->front().number(i));
    return values;
}

/// Values of the op where it works on each number alone; empty otherwise.
std::vector<double> sampledElementwise(const Node& node)
{
    std::vector<double> whole = sampled(node, 0, kSamples);
    // A Softmax would give other values to a part of the numbers.
    const std::vector<double> part = sampled(node, 100, 3);
    if (part.empty() || whole.empty() || !std::equal(part.begin(), part.end(), whole.begin() + 100))
        return {};
    return whole;
}

/// By differences, with a gap where the op jumps.
std::vector<double> differences(const std::vector<double>& y)
{
    const double step = (kFrame.right - kFrame.left) / (kSamples - 1);
    std::vector<double> slope(y.size());
    for (size_t i = 0; i < y.size(); ++i) {
        const size_t before = i == 0 ? 0 : i - 1;
        const size_t after = std::min(i + 1, y.size() - 1);
        slope[i] = (y[after] - y[before]) / (static_cast<double>(after - before) * step);
        if (std::abs(slope[i]) > 20)
            slope[i] = i == 0 ? 0 : slope[i - 1];
    }
    return slope;
}

}

DerivativePlot::DerivativePlot(QWidget* parent) : QWidget(parent)
{
    setFixedHeight(96);
    setAccessibleName(tr("Plot of the op and its derivative"));
}

void DerivativePlot::setOp(const Node* node)
{
    m_forward.clear();
    if (node && node->inputs.size() == 1 && !node->isScan() && node->op.type != "Identity")
        m_forward = sampledElementwise(*node);
    m_derivative = differences(m_forward);
    m_isFlat = std::all_of(m_derivative.begin(), m_derivative.end(),
                           [](double slope) { return slope == 0; });
    m_name = node ? QString::fromStdString(node->op.type).toLower() : QString();
    update();
}

void DerivativePlot::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette.rule);
    painter.setBrush(palette.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    paintCurves(painter, rect(), kFrame,
                {{m_forward, palette.forward, Curve::Line::Solid},
                 {m_derivative, m_isFlat ? palette.zero : palette.backward,
                  m_isFlat ? Curve::Line::Double : Curve::Line::Solid}});
    painter.setFont(uiFont(10));
    painter.setPen(palette.text);
    // Left above the falling part, right above the middle: the places that curves leave free.
    painter.drawText(QRectF(36, height() - 39, 100, 14), Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral("%1(x)").arg(m_name));
    painter.drawText(QRectF(width() - 132, m_isFlat ? height() / 2.0 - 26 : 8, 114, 14),
                     Qt::AlignRight | Qt::AlignVCenter,
                     m_isFlat ? tr("derivative 0") : tr("derivative"));
}

}
