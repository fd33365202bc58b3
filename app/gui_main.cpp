#include "app/gui_main.h"

#include "app/main_window.h"
#include "views/style/theme.h"

#include <QApplication>

namespace backstep
{

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
    window.show();
    return QApplication::exec();
}

}
