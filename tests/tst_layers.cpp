#include <QtTest>

namespace {

/// Data flows downwards: a folder includes its own files and folders before it, no others.
const QStringList kEngine{"base",      "tensor",   "formats",   "graph",       "diagnostics",
                          "ops",       "autodiff", "passes",    "expressions", "importers",
                          "execution", "checks",   "exporters", "training",    "session"};
const QStringList kViews{"style",    "plots",   "models",    "canvas",   "diagnostics",
                         "outline",  "welcome", "inspector", "gradient", "export",
                         "timeline", "builder", "training",  "search"};

QString problemOf(const QString& from, const QString& to)
{
    const QStringList own = from.split('/'), used = to.split('/');
    const QString &layer = own[0], &usedLayer = used[0];
    const QStringList layers{"engine", "views", "app"};
    if (layer != usedLayer)
        return layers.indexOf(usedLayer) > layers.indexOf(layer) ? "points down" : "";
    if (layer == "app")
        return "";
    const QStringList& order = layer == "engine" ? kEngine : kViews;
    const auto place = order.indexOf(own[1]), usedPlace = order.indexOf(used[1]);
    if (place < 0 || usedPlace < 0)
        return "a folder that has no place in the order";
    return usedPlace > place ? "points down" : "";
}

}

class TestLayers : public QObject
{
    Q_OBJECT
private slots:
    void everyIncludePointsUp()
    {
        const QRegularExpression include("^\\s*#include \"((?:engine|views|app)/[^\"]+)\"",
                                         QRegularExpression::MultilineOption);
        int count = 0;
        QStringList problems;
        for (const QString layer : {"engine", "views", "app"}) {
            QDirIterator files(BACKSTEP_SOURCE_DIR + ("/" + layer), {"*.h", "*.cpp"}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                const QString text = QString::fromUtf8(file.readAll());
                const QString from = file.fileName().mid(int(qstrlen(BACKSTEP_SOURCE_DIR)) + 1);
                for (auto match = include.globalMatch(text); match.hasNext(); ++count) {
                    const QString to = match.next().captured(1);
                    if (const QString problem = problemOf(from, to); !problem.isEmpty())
                        problems << from + " includes " + to + ": " + problem;
                }
            }
        }
        QVERIFY(count > 100);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join('\n')));
    }

    void theEngineKnowsNoQt()
    {
        QDirIterator files(BACKSTEP_SOURCE_DIR "/engine", {"*.h", "*.cpp"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains("#include <Q"), qPrintable(file.fileName()));
        }
    }
};

QTEST_APPLESS_MAIN(TestLayers)
#include "tst_layers.moc"
