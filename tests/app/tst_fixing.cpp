// Fixes and training on the command line.
#include "tests/support/program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <cmath>

class TestFixing : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    QString at(const char* name) const { return m_folder.filePath(name); }
    QStringList signModel() const { return {at("sign.onnx"), "--inputs", at("sign.npz")}; }

private slots:
    void initTestCase()
    {
        const ProgramRun written = runProgram({"example", "sign", at("sign.onnx")});
        QVERIFY2(written.exitCode == 0, qPrintable(written.all()));
    }

    void givesItsExitCode_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("says");
        const auto row = [this](const char* name, const char* command, QStringList more,
                                int exitCode, const char* says) {
            QTest::newRow(name) << QStringList{command} + signModel() + more << exitCode
                                << QString(says);
        };
        row("offered", "check", {}, 1, "--fix 'Sign=soft-sign'");
        row("its kind", "check", {}, 1, "Fix: tanh(k x) (replaces the forward)");
        row("fixed", "check", {"--fix", "Sign=soft-sign:8"}, 0, "5 of 5 weights live");
        row("by node", "run", {"--fix", "sign/Sign=soft-sign"}, 0, "computes what was given");
        row("a surrogate", "run", {"--fix", "Sign=tanh"}, 0, "Gradient of tanh (gradient only)");
        row("no such fix", "run", {"--fix", "Sign=soft-sing"}, 3, "Did you mean 'soft-sign'?");
        row("no such op", "run", {"--fix", "Sing=soft-sign"}, 3, "Did you mean 'Sign'?");
        row("for another op", "run", {"--fix", "MatMul=soft-sign"}, 3, "it is for Sign");
        row("no id", "run", {"--fix", "Sign"}, 3, "--fix wants OP=ID");
        row("no number", "run", {"--fix", "Sign=soft-sign:high"}, 3, "not 'high'");
        row("too sharp", "run", {"--fix", "Sign=soft-sign:1e9"}, 3, "lies from 0.5 to 50");
        row("a cut", "run", {"--fix", "Sign=cut"}, 0, "cut or uncut");
        row("a cut as a gradient", "run", {"--gradient", "Sign=None"}, 0, "none cut by sign/Sign");
        row("a cut is no fault", "check", {"--gradient", "Sign=None"}, 0, "cut-on-purpose");
        row("cut and uncut", "run", {"--fix", "Sign=cut", "--fix", "Sign=uncut"}, 0,
            "cut by sign/Sign");
        row("uncut of many", "run", {"--gradient", "Sigmoid=None", "--fix", "Sigmoid=uncut"}, 0,
            "zero");
        row("nothing to uncut", "run", {"--fix", "Sign=uncut"}, 3, "The gradient is not cut at");
        row("a cut without sharpness", "run", {"--fix", "Sign=cut:3"}, 3, "'cut' has no sharpness");
        row("train", "train", {"--steps", "3"}, 0, "2 of 5 weights moved");
        row("train, fixed", "train", {"--steps", "3", "--fix", "Sign=tanh"}, 0,
            "5 of 5 weights moved");
        row("train: why it stays", "train", {"--steps", "1"}, 0, "only zeros");
        row("train: it diverges", "train", {"--optimizer", "sgd", "--rate", "1e30"}, 1,
            "Try a smaller rate");
        row("train: no such optimizer", "train", {"--optimizer", "lion"}, 3, "not 'lion'");
        row("train: no rate", "train", {"--rate", "0"}, 3, "above 0");
        row("train: no steps", "train", {"--steps", "0"}, 3, "--steps");
        row("try all fixes", "train", {"--try-fixes", "--steps", "5"}, 0, "* ");
    }
    void givesItsExitCode()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, exitCode);
        QFETCH(QString, says);
        const ProgramRun run = runProgram(arguments);
        QVERIFY2(run.exitCode == exitCode, qPrintable(run.all()));
        QVERIFY2(run.all().simplified().contains(says), qPrintable(run.all()));
    }

    void writesTrainingAsJson()
    {
        const ProgramRun run = runProgram(
            QStringList{"train"} + signModel() +
            QStringList{"--steps", "4", "--optimizer", "sgd", "--rate", "0.01", "--json"});
        const QJsonObject object = QJsonDocument::fromJson(run.out.toUtf8()).object();
        QCOMPARE(object["optimizer"].toString(), "sgd");
        QCOMPARE(object["steps"].toArray().size(), 5);
        QCOMPARE(object["weights"].toArray().size(), 5);
        const QJsonObject last = object["steps"].toArray().last().toObject();
        QCOMPARE(last["step"].toInt(), 4);
        QCOMPARE(last["moved"].toArray()[0].toDouble(), 0.0); // lstm/W, behind sign
        QVERIFY(last["moved"].toArray()[3].toDouble() > 0);
        QVERIFY(last["loss"].toDouble() <
                object["steps"].toArray()[0].toObject()["loss"].toDouble());
    }

    void writesTrialsAsJson()
    {
        const ProgramRun run = runProgram(QStringList{"train"} + signModel() +
                                          QStringList{"--try-fixes", "--steps", "5", "--json"});
        const QJsonObject object = QJsonDocument::fromJson(run.out.toUtf8()).object();
        QCOMPARE(object["trials"].toArray().size(), 1);
        const QJsonArray fixes = object["trials"].toArray()[0].toObject()["fixes"].toArray();
        QCOMPARE(fixes[0].toObject()["title"].toString(), "As it is");
        QVERIFY(fixes[0].toObject()["kind"].isNull());
        QVERIFY(fixes[1].toObject()["best"].toBool());
        QSet<QString> kinds;
        for (const QJsonValue& each : fixes)
            kinds.insert(each.toObject()["kind"].toString());
        QVERIFY(kinds.contains("replace-forward") && kinds.contains("gradient-only"));
    }
};

QTEST_GUILESS_MAIN(TestFixing)
#include "tst_fixing.moc"
