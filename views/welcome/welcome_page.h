#pragma once

#include "views/style/theme.h"

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace backstep {

class LessonCard;
class Segments;

/// The first page: an example to start with, ways to open a model, files opened before.
class WelcomePage : public QWidget
{
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setRecent(const QStringList& paths);
    void setTheme(ThemeMode mode);
    /// Puts the focus where Enter starts the example.
    void focusFirst();

signals:
    void exampleChosen(const QString& name);
    void openWanted();
    void newWanted();
    void keysWanted();
    void manualWanted();
    void recentChosen(const QString& path);
    void themeChosen(ThemeMode mode);

private:
    QWidget* makeLeft();
    QWidget* makeRight();
    QWidget* makeKeys();

    LessonCard* m_firstCard = nullptr;
    QLabel* m_recentTitle;
    QVBoxLayout* m_recentColumn;
    Segments* m_theme;
};

}
