#include "engine/exporters/report.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace backstep;

namespace {

constexpr DiagnosticKind kZero{"zero-gradient", "Zero gradient", Severity::Error, FailClass::Zero};
constexpr DiagnosticKind kNote{"made-up-data", "Made-up data", Severity::Info, FailClass::NoClass};

/// A Sign at each of 12 timesteps between two weights.
struct Fixture {
    Fixture()
    {
        Region inner;
        inner.parent = kTopRegion;
        inner.timeline = graph.addTimeline(12);
        const RegionId body = graph.addRegion(std::move(inner));
        Node node;
        node.region = body;
        node.op = {"Sign"};
        node.origin = {.name = "mid/Sign", .layer = "mid"};
        sign = graph.addNode(node);
        lstm = weight("lstm/W", {1, 256, 8});
        dense = weight("dense/kernel", {64, 10});
        skip = weight("skip\nweight", {3});
        report.targets[lstm] = {Flow::Zero, true, {sign}, false};
        report.targets[dense] = {Flow::Live, true, {}, false};
        report.targets[skip] = {Flow::Live, true, {sign}, true};
        findings.push_back(
            {&kZero,
             sign,
             {{0, 11}},
             "'mid/Sign' is constant on each side of 0.",
             {lstm},
             {{"Attach a custom gradient.", FixKind::GradientOnly, "dy * (1 - tanh(x)**2)"}}});
        findings.push_back({&kNote, kNoNode, {}, "The inputs are made up.", {}, {}});
    }
    ValueId weight(const char* name, Shape shape)
    {
        ValueInfo info;
        info.kind = ValueKind::Weight;
        info.type = {DType::Float32, shape};
        info.name = name;
        return graph.addValue(std::move(info));
    }
    ReportSource source() const
    {
        return {"a model.onnx", "ONNX", "tf2onnx 1.17", {"Loss: mean square."},
                graph,          report, findings,       "backstep run 'a model.onnx'"};
    }

    Graph graph;
    ConversionReport report;
    FindingList findings;
    NodeId sign;
    ValueId lstm, dense, skip;
};

}

class TestReport : public QObject
{
    Q_OBJECT
private slots:
    void writesOneJsonObjectOnOneLine()
    {
        const Fixture fixture;
        const QByteArray line = QByteArray::fromStdString(reportAsJson(fixture.source()));
        QCOMPARE(line.count('\n'), 1);
        QVERIFY(line.endsWith('\n'));
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        QCOMPARE(object["file"].toString(), "a model.onnx");
        QCOMPARE(object["format"].toString(), "ONNX");
        QCOMPARE(object["producer"].toString(), "tf2onnx 1.17");
        QCOMPARE(object["assumptions"].toArray(), QJsonArray{"Loss: mean square."});

        const QJsonArray weights = object["weights"].toArray();
        QCOMPARE(weights.size(), 3);
        QCOMPARE(weights[0].toObject()["name"].toString(), "lstm/W");
        QCOMPARE(weights[0].toObject()["shape"].toArray(), (QJsonArray{1, 256, 8}));
        QCOMPARE(weights[0].toObject()["status"].toString(), "zero");
        QCOMPARE(weights[0].toObject()["incomplete"].toBool(true), false);
        QCOMPARE(weights[0].toObject()["cut_by"].toArray(), QJsonArray{"mid/Sign@0-11"});
        QCOMPARE(weights[1].toObject()["status"].toString(), "live");
        QCOMPARE(weights[2].toObject()["incomplete"].toBool(), true);

        const QJsonObject finding = object["findings"].toArray()[0].toObject();
        QCOMPARE(finding["code"].toString(), "zero-gradient");
        QCOMPARE(finding["severity"].toString(), "error");
        QCOMPARE(finding["op"].toString(), "mid/Sign");
        QCOMPARE(finding["type"].toString(), "Sign");
        QCOMPARE(finding["layer"].toString(), "mid");
        QCOMPARE(finding["timesteps"].toArray(), (QJsonArray{QJsonArray{0, 11}}));
        QCOMPARE(finding["weights"].toArray(), QJsonArray{"lstm/W"});
        QCOMPARE(finding["fixes"].toArray()[0].toObject()["expression"].toString(),
                 "dy * (1 - tanh(x)**2)");
        QCOMPARE(finding["fixes"].toArray()[0].toObject()["kind"].toString(), "gradient-only");
    }

    void writesATextForPeople()
    {
        const Fixture fixture;
        const QString text = QString::fromStdString(reportAsText(fixture.source()));
        QVERIFY2(text.startsWith(
                     "a model.onnx\n  ONNX, written by tf2onnx 1.17\n  Loss: mean square.\n"),
                 qPrintable(text));
        QVERIFY(text.contains("1 error, 1 for information\n"));
        QVERIFY(text.contains("error    Zero gradient: mid/Sign (Sign), layer mid, "));
        QVERIFY(text.contains("Cuts off lstm/W."));
        QVERIFY(
            text.contains("backstep run 'a model.onnx' --gradient 'Sign=dy * (1 - tanh(x)**2)'"));
        QVERIFY(text.contains("  lstm/W        [1, 256, 8]  zero     cut by mid/Sign@0-11\n"));
        QVERIFY(text.contains("  dense/kernel  [64, 10]     live\n"));
        QVERIFY(text.contains("skip\\nweight"));
        QVERIFY(text.contains("live, incomplete lacks the part through mid/Sign@0-11\n"));
    }

    void namesTheRestOfManyNotes_data()
    {
        QTest::addColumn<int>("noteCount");
        QTest::addColumn<int>("toldInFull");
        QTest::addColumn<QString>("rest");
        QTest::newRow("few") << 6 << 6 << "";
        QTest::newRow("many") << 7 << 3
                              << "info     Made-up data: 4 more  [made-up-data]\n         At "
                                 "mid/Sign, mid/Sign, mid/Sign, mid/Sign. In full: --format json.";
        QTest::newRow("very many") << 200 << 3 << "and 97 more. In full: --format json.";
    }

    void namesTheRestOfManyNotes()
    {
        QFETCH(int, noteCount);
        QFETCH(int, toldInFull);
        QFETCH(QString, rest);
        Fixture fixture;
        fixture.findings.pop_back();
        for (int i = 0; i < noteCount; ++i)
            fixture.findings.push_back(
                {&kNote, fixture.sign, {}, "Note " + std::to_string(i) + ".", {}, {}});
        const QString text = QString::fromStdString(reportAsText(fixture.source()));
        QVERIFY(text.contains(QString("1 error, %1 for information\n").arg(noteCount)));
        QCOMPARE(text.count("Note "), toldInFull);
        QVERIFY2(text.contains(rest), qPrintable(text));
        QCOMPARE(text.contains("In full:"), !rest.isEmpty());
        const QByteArray json = QByteArray::fromStdString(reportAsJson(fixture.source()));
        QCOMPARE(QJsonDocument::fromJson(json)["findings"].toArray().size(), noteCount + 1);
    }

    void keepsLinesShort()
    {
        Fixture fixture;
        fixture.graph.editNode(fixture.sign).origin.name = std::string(300000, 'L');
        fixture.findings[0].message = "word " + std::string(QByteArray("and word ").repeated(60));
        const QString text = QString::fromStdString(reportAsText(fixture.source()));
        QVERIFY(text.size() < 305000); // the command repeats the whole name, nothing else does
        for (const QString& line : text.split('\n'))
            QVERIFY(line.size() <= 260 || line.contains("--gradient"));
    }

    void saysWhyAFileCannotBeOpened()
    {
        const Error error{"file-empty", "'m.onnx' is empty (0 bytes)."};
        QVERIFY(failureAsText("m.onnx", error).find("is empty") != std::string::npos);
        const QByteArray line = QByteArray::fromStdString(failureAsJson("m.onnx", error));
        QCOMPARE(QJsonDocument::fromJson(line)["error"]["code"].toString(), "file-empty");
    }
};

QTEST_APPLESS_MAIN(TestReport)
#include "tst_report.moc"
