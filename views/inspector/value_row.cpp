#include "views/inspector/value_row.h"

#include "views/style/fonts.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QPainter>

#include <algorithm>

namespace backstep {

namespace {

constexpr int kPlotWidth = 56;
constexpr int kNarrowPlotWidth = 46;
constexpr int kNarrowRow = 270;
constexpr int kPlotHeight = 26; ///< at most
constexpr int kNameWidth = 30;
constexpr int kMostNumbers = 65'536;

QString summaryOf(const ValueSnapshot& value)
{
    if (value.tensor.dtype() == DType::String) {
        QStringList quoted;
        for (const std::string& text : value.tensor.strings())
            if (quoted.size() < 2)
                quoted << QLatin1Char('"') + QString::fromStdString(text) + QLatin1Char('"');
        return quoted.join(QStringLiteral(", "));
    }
    const int64_t count = value.tensor.count();
    if (value.nanCount + value.infCount > 0)
        return QStringLiteral("%1 NaN/Inf").arg(countText(value.nanCount + value.infCount));
    if (count > 1 && value.zeroCount == count)
        return ValueRow::tr("0, all %1").arg(countText(count));
    return rangeText(value.minimum, value.maximum);
}

}

std::vector<double> numbersOf(const Tensor& tensor, int64_t most)
{
    std::vector<double> numbers;
    if (tensor.isNull() || tensor.dtype() == DType::String)
        return numbers;
    const int64_t stride = std::max<int64_t>(1, (tensor.count() + most - 1) / most);
    for (int64_t i = 0; i < tensor.count(); i += stride)
        numbers.push_back(tensor.number(i));
    return numbers;
}

ValueRow::ValueRow(QWidget* parent) : QAbstractButton(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::StrongFocus);
}

void ValueRow::setAbsent(const QString& name, const QString& words)
{
    m_name = name;
    m_text = words;
    m_value.reset();
    setEnabled(false);
    setAccessibleName(QStringLiteral("%1: %2").arg(name, words));
    setToolTip(words);
    update();
}

void ValueRow::setValue(const QString& name, std::shared_ptr<const ValueSnapshot> value,
                        bool isCotangent)
{
    if (value->tensor.isNull()) {
        setAbsent(name, QString::fromStdString(value->absence));
        return;
    }
    m_name = name;
    m_value = std::move(value);
    m_isCotangent = isCotangent;
    m_text = summaryOf(*m_value);
    const std::vector<double> numbers = numbersOf(m_value->tensor, kMostNumbers);
    const Shape& shape = m_value->tensor.shape();
    const int columns = shape.rank() == 0 ? 1 : static_cast<int>(shape.back());
    m_cells = HeatmapCells::of(numbers, std::min<int>(columns, static_cast<int>(numbers.size())),
                               kPlotHeight / 2, kPlotWidth / 2);
    m_histogram = Histogram::of(numbers, 18);
    setEnabled(true);
    setAccessibleName(QStringLiteral("%1: %2").arg(m_name, m_text));
    setToolTip(tr("%1 %2: show the numbers")
                   .arg(m_name, QString::fromStdString(m_value->tensor.type().text())));
    update();
}

void ValueRow::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isEnabled() && underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette.raised);
        painter.drawRoundedRect(rect(), 4, 4);
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
    QFont nameFont = monoFont(13);
    nameFont.setWeight(QFont::DemiBold);
    painter.setFont(nameFont);
    painter.setPen(m_value ? palette.text : palette.third);
    const int nameWidth =
        std::max(kNameWidth, QFontMetrics(nameFont).horizontalAdvance(m_name) + 10);
    painter.drawText(QRect(2, 0, nameWidth, height()), Qt::AlignVCenter, m_name);

    const int plotWidth = width() < kNarrowRow ? kNarrowPlotWidth : kPlotWidth;
    const int plots = m_value && !m_cells.values.empty() ? 2 * plotWidth + 6 : 0;
    const QRect place(nameWidth + 2, 0, width() - nameWidth - plots - 6, height());
    painter.setFont(m_value ? monoFont(12) : uiFont(12));
    // Values are made smaller before they are cut.
    if (m_value && painter.fontMetrics().horizontalAdvance(m_text) > place.width())
        painter.setFont(monoFont(10));
    painter.setPen(m_value ? palette.second : palette.third);
    painter.drawText(place, Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_text, Qt::ElideRight, place.width()));
    if (plots == 0)
        return;
    const int plotHeight = std::min(kPlotHeight, height() - 4);
    const double top = (height() - plotHeight) / 2.0;
    paintHeatmap(painter, QRectF(width() - plots, top, plotWidth, plotHeight), m_cells);
    const bool isAllZero = m_value->zeroCount == m_value->tensor.count();
    paintHistogram(painter, QRectF(width() - plotWidth, top, plotWidth, plotHeight - 1),
                   m_histogram,
                   isAllZero && m_isCotangent ? palette.zero
                   : m_isCotangent            ? palette.backward
                                              : palette.forward);
}

}
