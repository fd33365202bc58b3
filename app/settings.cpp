#include "app/settings.h"

#include <QFileInfo>
#include <QSettings>

namespace backstep {

namespace {

constexpr int kMostRecent = 10;
const QString kTheme = QStringLiteral("theme");
const QString kRecent = QStringLiteral("recent");
const QString kGeometry = QStringLiteral("window/geometry");
// The number counts changes of the docks: an older layout would not fit.
const QString kLayout = QStringLiteral("window/layout1");

}

ThemeMode Settings::theme()
{
    const int mode = QSettings().value(kTheme, 0).toInt();
    return mode >= 0 && mode <= 2 ? static_cast<ThemeMode>(mode) : ThemeMode::System;
}

void Settings::setTheme(ThemeMode mode)
{
    QSettings().setValue(kTheme, static_cast<int>(mode));
}

QStringList Settings::recentFiles()
{
    return QSettings().value(kRecent).toStringList();
}

void Settings::addRecentFile(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList files = recentFiles();
    files.removeAll(absolute);
    files.prepend(absolute);
    QSettings().setValue(kRecent, files.mid(0, kMostRecent));
}

QByteArray Settings::geometry()
{
    return QSettings().value(kGeometry).toByteArray();
}

QByteArray Settings::layout()
{
    return QSettings().value(kLayout).toByteArray();
}

void Settings::setWindow(const QByteArray& geometry, const QByteArray& layout)
{
    QSettings settings;
    settings.setValue(kGeometry, geometry);
    settings.setValue(kLayout, layout);
}

}
