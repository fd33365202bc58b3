#include "views/style/value_text.h"

#include <QLocale>

#include <cmath>

namespace backstep {

namespace {
const QChar kMinus(0x2212);
}

QString numberText(double value)
{
    if (std::isnan(value))
        return QStringLiteral("NaN");
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("Inf") : kMinus + QStringLiteral("Inf");
    if (value == 0)
        return QStringLiteral("0");
    return QString::number(value, 'g', 4).replace(QLatin1Char('-'), kMinus);
}

QString rangeText(double minimum, double maximum)
{
    const auto brief = [](double value) {
        return value == 0 ? QStringLiteral("0")
                          : QString::number(value, 'g', 2).replace(QLatin1Char('-'), kMinus);
    };
    if (minimum == maximum)
        return numberText(minimum);
    if (brief(-minimum) == brief(maximum))
        return QChar(0xB1) + brief(maximum);
    return brief(minimum) + QStringLiteral(" … ") + brief(maximum);
}

QString countText(long long count)
{
    return QLocale().toString(count);
}

QString plural(long long count, const QString& one, const QString& many)
{
    return count == 1 ? one : many.arg(countText(count));
}

}
