#include "views/style/palette.h"

namespace backstep {

namespace {
const Palette* g_current = &Palette::light();
}

const Palette& Palette::light()
{
    static const Palette palette{
        .isDark = false,
        .forward = "#0A3F85",
        .backward = "#A21CAF",
        .failed = "#8F1405",
        .zero = "#B08900",
        .lost = "#8A8C9E",
        .checked = "#128A52",
        .forwardFill = "#EEF3FA",
        .backwardFill = "#FBF0FC",
        .failedFill = "#FBEDEA",
        .zeroFill = "#FDF7E3",
        .chrome = "#F3F4F6",
        .panel = "#FFFFFF",
        .raised = "#F7F8FA",
        .frame = "#FAFBFC",
        .rule = "#E1E4E9",
        .controlBorder = "#C5CAD3",
        .text = "#1B1D21",
        .second = "#525866",
        .third = "#697080",
        .accent = "#2159D6",
        .tint = "#E6EEFD",
        .onAccent = "#FFFFFF",
        .negative = "#1F66C1",
        .neutral = "#F1F2F4",
        .positive = "#D9731A",
    };
    return palette;
}

const Palette& Palette::dark()
{
    static const Palette palette{
        .isDark = true,
        .forward = "#2F86C4",
        .backward = "#BE3EF0",
        .failed = "#DB4526",
        .zero = "#F4CF1E",
        .lost = "#C3D5EE",
        .checked = "#16E8A0",
        .forwardFill = "#1D2B38",
        .backwardFill = "#301F3A",
        .failedFill = "#3A211D",
        .zeroFill = "#332F1C",
        .chrome = "#17181B",
        .panel = "#1E1F22",
        .raised = "#26282D",
        .frame = "#232529",
        .rule = "#33363C",
        .controlBorder = "#4A4E57",
        .text = "#E6E7EA",
        .second = "#AFB4BF",
        .third = "#8D93A0",
        .accent = "#78AEFF",
        .tint = "#25344F",
        .onAccent = "#0F1726",
        .negative = "#4F98EE",
        .neutral = "#2B2D31",
        .positive = "#F0923C",
    };
    return palette;
}

const Palette& Palette::current()
{
    return *g_current;
}

void Palette::setDark(bool isDark)
{
    g_current = isDark ? &dark() : &light();
}

QColor Palette::inkOn(const QColor& background)
{
    const double luminance = 0.2126 * background.redF() * background.redF() +
                             0.7152 * background.greenF() * background.greenF() +
                             0.0722 * background.blueF() * background.blueF();
    return luminance > 0.18 ? QColor(Qt::black) : QColor(Qt::white);
}

}
