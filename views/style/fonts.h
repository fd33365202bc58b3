#pragma once

#include <QFont>

namespace backstep {

/// The system's UI font in px at 100 % text size; `Inter` where it is installed.
QFont uiFont(int pixelSize = 13, QFont::Weight weight = QFont::Normal);
/// For values, expressions and timestep ranges.
QFont monoFont(int pixelSize = 12);
/// Small capitals above a block of controls: 11 px, weight 600.
QFont sectionFont();

}
