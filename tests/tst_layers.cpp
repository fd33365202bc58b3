// The layout is the architecture: a folder includes only folders above it (STYLE section 1).

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

namespace {

const QStringList kEngineOrder{"base",        "tensor",    "formats",   "graph",     "diagnostics",
                               "ops",         "passes",    "expressions", "importers", "autodiff",
                               "execution",   "checks",    "exporters", "training",  "session"};
const QStringList kSharedViews{"style", "plots", "models"};

QStringList includesOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    static const QRegularExpression line("^#include [\"<]([^\">]+)[\">]",
                                         QRegularExpression::MultilineOption);
    QStringList includes;
    for (auto match = line.globalMatch(QString::fromUtf8(file.readAll())); match.hasNext();)
        includes << match.next().captured(1);
    return includes;
}

/// What is wrong with one include of a file, or an empty string.
QString fault(const QString& file, const QString& include)
{
    const QStringList from = file.split('/'), to = include.split('/');
    const QString &layer = from[0], &other = to[0];
    const QStringList layers{"engine", "views", "app", "tests"};
    if (layer == "engine" && (include.startsWith('Q') || include.startsWith("Qt")))
        return "the engine knows no Qt";
    if (!layers.contains(other) || layer == "tests")
        return {};
    if (layers.indexOf(other) > layers.indexOf(layer))
        return "points down from " + layer + " to " + other;
    if (layer == "engine" && kEngineOrder.indexOf(to[1]) > kEngineOrder.indexOf(from[1]))
        return "points down from engine/" + from[1] + " to engine/" + to[1];
    if (layer == "views" && other == "views" && from[1] != to[1]) {
        if (!kSharedViews.contains(to[1]) &&
            !(from[1] == "timeline" && to[1] == "canvas")) // the rail and the map share the camera
            return "a view includes no other view but style, plots and models";
    }
    return {};
}

}

class LayersTest : public QObject
{
    Q_OBJECT
private slots:
    void includesPointUpwards();
    void everyEngineFolderIsInTheOrder();
    void noFileIsTooLong();
};

void LayersTest::includesPointUpwards()
{
    const QDir root(BACKSTEP_SOURCE_DIR);
    QStringList faults;
    int files = 0;
    for (const char* top : {"engine", "views", "app"}) {
        QDirIterator it(root.filePath(top), {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString path = root.relativeFilePath(it.next());
            ++files;
            for (const QString& include : includesOf(root.filePath(path)))
                if (const QString why = fault(path, include); !why.isEmpty())
                    faults << path + " includes " + include + ": " + why;
        }
    }
    QVERIFY(files > 100);
    QVERIFY2(faults.isEmpty(), qPrintable("\n" + faults.join('\n')));
}

void LayersTest::everyEngineFolderIsInTheOrder()
{
    const QDir engine(QString(BACKSTEP_SOURCE_DIR) + "/engine");
    for (const QString& folder : engine.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        QVERIFY2(kEngineOrder.contains(folder), qPrintable(folder));
}

void LayersTest::noFileIsTooLong()
{
    const QDir root(BACKSTEP_SOURCE_DIR);
    QStringList tooLong;
    for (const char* top : {"engine", "views", "app", "tests"}) {
        QDirIterator it(root.filePath(top), {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            QFile file(it.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            if (const auto lines = file.readAll().count('\n'); lines > 500)
                tooLong << QString("%1: %2 lines").arg(root.relativeFilePath(file.fileName())).arg(lines);
        }
    }
    QVERIFY2(tooLong.isEmpty(), qPrintable(tooLong.join('\n')));
}

QTEST_APPLESS_MAIN(LayersTest)
#include "tst_layers.moc"
