#pragma once

#include "views/style/theme.h"

#include <QByteArray>
#include <QStringList>

namespace backstep {

/// What the window remembers between starts.
class Settings
{
public:
    static ThemeMode theme();
    static void setTheme(ThemeMode mode);
    /// Newest first, at most ten.
    static QStringList recentFiles();
    static void addRecentFile(const QString& path);
    static QByteArray geometry();
    static QByteArray layout();
    static void setWindow(const QByteArray& geometry, const QByteArray& layout);
};

}
