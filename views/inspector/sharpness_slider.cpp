#include "views/inspector/sharpness_slider.h"

#include "views/style/fonts.h"
#include "views/style/labels.h"
#include "views/style/value_text.h"

#include <QHBoxLayout>
#include <QSlider>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr int kNotches = 100;

}

SharpnessSlider::SharpnessSlider(QWidget* parent)
    : QWidget(parent), m_slider(new QSlider(Qt::Horizontal, this)), m_number(new QLabel(this))
{
    m_slider->setRange(0, kNotches);
    m_slider->setAccessibleName(tr("Sharpness"));
    m_slider->setToolTip(tr("Sharper: closer to the op, and fewer values learn"));
    m_number->setFont(monoFont(12));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(quietLabel(tr("Sharpness"), "second", this));
    row->addWidget(m_slider, 1);
    row->addWidget(m_number);
    connect(m_slider, &QSlider::valueChanged, this, [this] {
        setSharpness(notchValue());
        emit moved(m_sharpness);
    });
}

void SharpnessSlider::setForm(double sharpness, double least, double most)
{
    setVisible(sharpness > 0);
    if (!(sharpness > 0))
        return;
    m_least = least;
    m_most = most;
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(static_cast<int>(
        std::round(kNotches * std::log(sharpness / least) / std::log(most / least))));
    setSharpness(sharpness);
}

double SharpnessSlider::notchValue() const
{
    const double share = static_cast<double>(m_slider->value()) / kNotches;
    const double k = m_least * std::pow(m_most / m_least, share);
    const double digits = std::pow(10, std::floor(std::log10(k)) - 1);
    return std::clamp(std::round(k / digits) * digits, m_least, m_most);
}

void SharpnessSlider::setSharpness(double sharpness)
{
    m_sharpness = sharpness;
    m_number->setText(QStringLiteral("k = %1").arg(numberText(sharpness)));
}

}
