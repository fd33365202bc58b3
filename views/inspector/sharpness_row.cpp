#include "views/inspector/sharpness_row.h"

#include "engine/checks/soft_fixes.h"
#include "engine/session/gradient_looks.h"
#include "views/inspector/sharpness_slider.h"
#include "views/models/session_bridge.h"
#include "views/style/labels.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr int kSamples = 201;
constexpr int kPlotHeight = 84;

}

SharpnessRow::SharpnessRow(SessionBridge& bridge, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_slider(new SharpnessSlider(this)),
      m_words(quietLabel({}, "second", this)), m_plotArea(new QWidget(this))
{
    m_words->setWordWrap(true);
    m_plotArea->setFixedHeight(kPlotHeight);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_slider);
    column->addWidget(m_plotArea);
    column->addWidget(m_words);
    connect(m_slider, &SharpnessSlider::moved, this, &SharpnessRow::ask);
}

void SharpnessRow::setFix(NodeId node, const Fix& fix)
{
    m_node = node;
    m_fix = fix;
    m_row = fix.forward ? softForwardWithId(fix.forward->soft) : nullptr;
    setVisible(m_row != nullptr);
    if (!m_row)
        return;
    m_slider->setForm(m_row->sharpness > 0 ? fix.forward->sharpness : 0, m_row->least, m_row->most);
    ask();
}

void SharpnessRow::ask()
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (!m_row || !snapshot.program || !snapshot.program->has(m_node))
        return;
    const double k = m_row->sharpness > 0 ? m_slider->sharpness() : 0;
    if (Result<ForwardChoice> choice =
            softForward(*snapshot.program, snapshot.program->node(m_node), *m_row, k))
        m_fix.forward = *choice;
    m_bridge.ask<Look>(
        QStringLiteral("sharpness"), this,
        [node = m_node, choice = *m_fix.forward](DebugSession& session, std::stop_token) {
            Look look;
            const Result<ForwardSubject> subject = forwardSubject(session, node);
            if (!subject) {
                look.error = subject.error();
                return look;
            }
            look.error = forwardErrorOf(session, *subject, choice.text);
            const double reach = std::clamp(
                std::max(std::abs(subject->seen.minimum), std::abs(subject->seen.maximum)), 0.5,
                4.0);
            look.left = -reach;
            look.right = reach;
            look.own =
                curvesOf(*subject->graph, subject->node, {}, -reach, reach, kSamples).forward;
            if (!look.own.empty())
                look.given = forwardCurve(*subject->graph, subject->op(), choice.text,
                                          evenly(-reach, reach, kSamples));
            return look;
        },
        [this](const Look& look) { show(look); });
}

void SharpnessRow::show(const Look& look)
{
    const Palette& palette = Palette::current();
    m_curves.clear();
    double low = -1, high = 1;
    for (const auto* values : {&look.own, &look.given})
        for (const double y : *values)
            if (std::isfinite(y)) {
                low = std::min(low, y);
                high = std::max(high, y);
            }
    const double air = 0.12 * (high - low);
    m_frame = {look.left, look.right, low - air, high + air};
    if (!look.given.empty()) {
        m_curves.push_back({look.own, palette.second, Curve::Line::Dashed});
        m_curves.push_back({look.given, palette.forward, Curve::Line::Solid});
    }
    m_plotArea->setVisible(!m_curves.empty());
    if (!look.error)
        m_words->setText(QString::fromStdString(look.error.error().text()));
    else if (look.error->largest == 0)
        m_words->setText(tr("The forward is unchanged on %1.")
                             .arg(plural(look.error->count, tr("1 value"), tr("%1 values"))));
    else
        m_words->setText(tr("The forward is off by at most %1, on average %2, over %3%4.")
                             .arg(numberText(look.error->largest), numberText(look.error->mean),
                                  plural(look.error->count, tr("1 value"), tr("%1 values")),
                                  look.error->areDrawn ? tr(" drawn at random: run the model first")
                                                       : QString()));
    update();
}

void SharpnessRow::paintEvent(QPaintEvent*)
{
    if (m_curves.empty())
        return;
    QPainter painter(this);
    paintCurves(painter, QRectF(m_plotArea->geometry()), m_frame, m_curves);
}

}
