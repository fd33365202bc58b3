// `backstep check` for continuous integration: SARIF, JUnit, HTML, several files at a time, a limit
// of time. That SARIF fits its schema is checked by tests/conformance/check_reports.py.
#include "tests/support/program.h"
#include "tests/support/small_models.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

using namespace backstep;

namespace {

const QString kModels = BACKSTEP_TEST_DATA "/models/";
const QString kSign = kModels + "seed1_sign/model.onnx";

/// What lies at "runs/0/results": names of objects, places in arrays.
QJsonValue lookUp(QJsonValue value, const QString& path)
{
    for (const QString& part : path.split('/'))
        value = value.isArray() ? value.toArray()[part.toInt()] : value.toObject()[part];
    return value;
}

/// Attributes of the first element of a name.
QXmlStreamAttributes attributesOf(const QString& xml, const QString& element)
{
    QXmlStreamReader reader(xml);
    while (!reader.atEnd())
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == element)
            return reader.attributes();
    return {};
}

QString errorOf(const QString& xml)
{
    QXmlStreamReader reader(xml);
    while (!reader.atEnd())
        reader.readNext();
    return reader.errorString();
}

}

class TestCheckFormats : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    QString at(const char* name) const { return m_folder.filePath(name); }

private slots:
    void initTestCase()
    {
        // A model whose names are markup.
        SmallModel model;
        model.input("x", {2, 3})
            .weight("<W> & \"w\"", {3, 2})
            .node("MatMul", {"x", "<W> & \"w\""}, {"h"}, "product")
            .node("Round", {"h"}, {"y"}, "</testcase><script>")
            .output("y", {2, 2});
        QVERIFY(writeFile(at("markup.onnx").toStdString(), model.bytes()));
        // A long way to the end: 4,000 Tanh in a row.
        SmallModel chain;
        chain.input("x0", {400, 400}).weight("W", {400, 400});
        chain.node("MatMul", {"x0", "W"}, {"x1"}, "product");
        for (int i = 1; i < 4000; ++i)
            chain.node("Tanh", {"x" + std::to_string(i)}, {"x" + std::to_string(i + 1)},
                       "tanh" + std::to_string(i));
        chain.output("x4000", {400, 400});
        QVERIFY(writeFile(at("long.onnx").toStdString(), chain.bytes()));
    }

    void sarifNamesRuleAndPlace()
    {
        const ProgramRun run = runProgram({"check", kSign, "--format", "sarif"});
        QCOMPARE(run.exitCode, 1);
        const QJsonObject log = QJsonDocument::fromJson(run.out.toUtf8()).object();
        QCOMPARE(log["version"].toString(), "2.1.0");
        const QJsonValue first = lookUp(log, "runs/0/results/0");
        QCOMPARE(lookUp(first, "ruleId").toString(), "zero-gradient");
        QCOMPARE(lookUp(first, "level").toString(), "warning");
        QCOMPARE(lookUp(first, "locations/0/logicalLocations/0/fullyQualifiedName").toString(),
                 "seed1_sign_1/mid_1/Sign@0-11");
        QVERIFY(lookUp(first, "locations/0/physicalLocation/artifactLocation/uri")
                    .toString()
                    .endsWith("seed1_sign/model.onnx"));
        QString help;
        for (const QJsonValue rule : lookUp(log, "runs/0/tool/driver/rules").toArray())
            if (lookUp(rule, "id").toString() == "zero-gradient")
                help = lookUp(rule, "help/markdown").toString();
        QVERIFY2(help.contains("## What to do"), qPrintable(help));
    }

    void aFindingKeepsItsFingerprint()
    {
        QSet<QString> prints;
        for (const QString& batch : {QString("2"), QString("5")}) {
            const ProgramRun run = runProgram(
                {"check", kSign, "--format", "sarif", "--dim", "batch=" + batch, "--no-run"});
            const QJsonObject log = QJsonDocument::fromJson(run.out.toUtf8()).object();
            prints << lookUp(log, "runs/0/results/0/partialFingerprints")
                          .toObject()
                          .begin()
                          ->toString();
        }
        QCOMPARE(prints.size(), 1);
        QVERIFY(!prints.contains(""));
    }

    void junitFailsByTheRule_data()
    {
        QTest::addColumn<QString>("failOn");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("failures"); // the finding, and the three weights that it cuts
        QTest::newRow("zero") << "zero" << 1 << "4";
        QTest::newRow("something else") << "missing" << 0 << "0";
    }
    void junitFailsByTheRule()
    {
        QFETCH(QString, failOn);
        QFETCH(int, exitCode);
        QFETCH(QString, failures);
        const ProgramRun run =
            runProgram({"check", kSign, "--format", "junit", "--fail-on", failOn});
        QCOMPARE(run.exitCode, exitCode);
        QCOMPARE(attributesOf(run.out, "testsuite").value("failures").toString(), failures);
        QCOMPARE(attributesOf(run.out, "testsuite").value("errors").toString(), "0");
    }

    void namesAreNoMarkup_data()
    {
        QTest::addColumn<QString>("format");
        for (const char* format : {"junit", "html"})
            QTest::newRow(format) << format;
    }
    void namesAreNoMarkup()
    {
        QFETCH(QString, format);
        const ProgramRun run = runProgram({"check", at("markup.onnx"), "--format", format});
        QVERIFY(run.out.contains("&lt;W&gt; &amp; &quot;w&quot;"));
        QVERIFY(!run.out.contains("<script"));
        if (format == "junit")
            QCOMPARE(errorOf(run.out), QString());
    }

    void htmlHasWhatEachFrameworkSays()
    {
        const ProgramRun run =
            runProgram({"check", kModels + "lstm_break_round/model.onnx", "--format", "html"});
        QVERIFY2(run.out.contains("<th>Backstep</th><th>TensorFlow, graph</th><th>PyTorch</th>"
                                  "<th>JAX</th>"),
                 qPrintable(run.out));
        // Round: TensorFlow gives None, PyTorch and JAX zeros (FACTS of the frameworks).
        QVERIFY2(run.out.contains("<td>None</td><td>zero</td><td>zero</td>"), qPrintable(run.out));
        QVERIFY(run.out.contains("prefers-color-scheme: dark"));
    }

    void severalAtATimeSayTheSame_data()
    {
        QTest::addColumn<QString>("format");
        for (const char* format : {"text", "json", "sarif", "junit", "html"})
            QTest::newRow(format) << format;
    }
    void severalAtATimeSayTheSame()
    {
        QFETCH(QString, format);
        const QStringList files{"check",
                                kModels + "seed1_sign",
                                kModels + "bilstm",
                                at("none.onnx"),
                                kModels + "gru_stack",
                                "--threads",
                                "1",
                                "--format",
                                format};
        const ProgramRun one = runProgram(files),
                         four = runProgram(files + QStringList{"--jobs", "4"});
        QCOMPARE(one.exitCode, 2);
        QCOMPARE(four.exitCode, 2);
        QCOMPARE(four.out, one.out);
    }

    void aFileThatTakesTooLongIsLeft_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("says");
        QTest::newRow("text") << "text"
                              << "long.onnx\n  cannot be opened: Checking it took longer";
        QTest::newRow("json") << "json"
                              << "\"code\":\"timeout\"";
        QTest::newRow("sarif") << "sarif"
                               << "cannot-be-checked";
        QTest::newRow("junit") << "junit"
                               << "errors=\"1\"";
        QTest::newRow("html") << "html"
                              << "It cannot be checked";
    }
    void aFileThatTakesTooLongIsLeft()
    {
        QFETCH(QString, format);
        QFETCH(QString, says);
        QElapsedTimer time;
        time.start();
        const ProgramRun run = runProgram({"check", at("long.onnx"), kSign, "--timeout", "0.3",
                                           "--format", format, "--jobs", "2"});
        QCOMPARE(run.exitCode, 2);
        QVERIFY2(run.out.contains(says), qPrintable(run.out.left(2000)));
        QVERIFY2(run.out.contains("seed1_sign"), "the other file is checked all the same");
        QVERIFY2(time.elapsed() < 5000, qPrintable(QString::number(time.elapsed())));
    }

    void refusesOtherForms()
    {
        const ProgramRun run = runProgram({"check", kSign, "--format", "yaml"});
        QCOMPARE(run.exitCode, 3);
        QVERIFY2(run.error.contains("--format is text, json, sarif, junit or html, not 'yaml'"),
                 qPrintable(run.error));
    }
};

QTEST_GUILESS_MAIN(TestCheckFormats)
#include "tst_check_formats.moc"
