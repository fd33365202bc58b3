#pragma once

#include <QColor>

namespace backstep {

/// The colours of the product in light and dark (one ink per role; a colour never stands alone).
struct Palette {
    bool isDark;
    // roles: what an op or an edge is
    QColor forward, backward, failed, zero, lost, checked;
    // fills of nodes by role
    QColor forwardFill, backwardFill, failedFill, zeroFill;
    // surfaces
    QColor chrome, panel, raised, frame, rule, controlBorder;
    QColor text, second, third;
    QColor accent, tint, onAccent;
    // plots: below zero, zero, above zero
    QColor negative, neutral, positive;

    static const Palette& light();
    static const Palette& dark();
    /// The palette in force; GUI thread only.
    static const Palette& current();
    static void setDark(bool isDark);
    /// Black or white, whichever reads better on `background`.
    static QColor inkOn(const QColor& background);
};

}
