#pragma once

#include <QIcon>
#include <QString>

namespace backstep {

/// Which ink an icon is drawn with; it follows the theme while the icon is alive.
enum class Ink { Text, Second, Accent, OnAccent, Forward, Backward };

/// One of our 16 x 16 drawings (views/style/icons) in one ink; disabled states are dimmed.
QIcon inkIcon(const QString& name, Ink ink = Ink::Text);
QColor inkColor(Ink ink);

}
