#pragma once

#include <QString>

namespace backstep {

/// A number for reading: four significant digits, a real minus sign (U+2212), "0" for zero.
QString numberText(double value);
/// "−0.37 … 0.39", one number when both ends are equal, "±1.1e−03" when they mirror each other.
QString rangeText(double minimum, double maximum);
/// "8,192" by the reader's locale.
QString countText(long long count);
/// `one` for 1, else `many` with the count in place of %1.
QString plural(long long count, const QString& one, const QString& many);

}
