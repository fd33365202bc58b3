#include "app/gui_main.h"

#include "app/main_window.h"
#include "views/style/theme.h"

#include <QApplication>
#include <QScreen>

namespace backstep {

int runWindow(int argc, char** argv, const std::string& modelPath)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Backstep"));
    QApplication::setOrganizationName(QStringLiteral("Backstep"));
    QApplication::setApplicationVersion(QStringLiteral("0.1"));
    Theme::instance();
    MainWindow window;
    if (!modelPath.empty())
        window.openFile(QString::fromStdString(modelPath));
    // A screen that the window would fill anyway is filled as a whole, frame included.
    const QSize free = window.screen()->availableSize();
    if (free.width() < window.width() + 40 || free.height() < window.height() + 60)
        window.showMaximized();
    else
        window.show();
    return QApplication::exec();
}

}
