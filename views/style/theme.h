#pragma once

#include <QObject>

namespace backstep {

enum class ThemeMode { System, Light, Dark };

/// The look of the whole application: palette, fonts, style sheet. One for the process; widgets
/// that paint themselves repaint on `changed`.
class Theme : public QObject
{
    Q_OBJECT
public:
    static Theme& instance();

    ThemeMode mode() const { return m_mode; }
    void setMode(ThemeMode mode);

signals:
    void changed();

private:
    Theme();
    void apply();

    ThemeMode m_mode = ThemeMode::System;
    bool m_isSystemDark = false;
};

/// The style sheet of every standard control, made from the palette in force.
QString styleSheetText();

}
