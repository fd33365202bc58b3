// Findings against the four profiles: a row for each finding of anybody.
#include "engine/session/compared_findings.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace backstep;

namespace {

const std::string kFixtures = std::string(BACKSTEP_TEST_DATA) + "/models/";

}

class TestComparedFindings : public QObject
{
    Q_OBJECT
private slots:
    /// status.json of each fixture says what its own framework did; what the others do is read off
    /// their tables (resources/tables).
    void hasARowForEachFinding_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("type"); // of the first row's op
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QStringList>("codes"); // "": no finding by these rules
        QTest::newRow("rounding") << "lstm_break_round/model.onnx"
                                  << "Round" << QStringList{"zeros", "None", "zeros", "zeros"}
                                  << QStringList{"zero-gradient", "none-by-rule", "zero-gradient",
                                                 "zero-gradient"};
        QTest::newRow("PyTorch raises where the others give zeros")
            << "torch_floor_divide/model.onnx"
            << "Floor" << QStringList{"zeros", "None", "raises", "zeros"}
            << QStringList{"zero-gradient", "none-by-rule", "missing-gradient", "zero-gradient"};
        QTest::newRow("sign") << "torch_seed1_lstm_sign/model.onnx"
                              << "Sign" << QStringList{"zeros", "zeros", "zeros", "zeros"}
                              << QStringList{"zero-gradient", "zero-gradient", "zero-gradient",
                                             "zero-gradient"};
        // torch.where passes its gradient to both branches (derivatives.yaml: where.self)
        QTest::newRow("nothing in any: masks of a Where") << "jax_missing_rule/model.onnx"
                                                          << "" << QStringList{} << QStringList{};
    }
    void hasARowForEachFinding()
    {
        QFETCH(QString, file);
        QFETCH(QString, type);
        QFETCH(QStringList, words);
        QFETCH(QStringList, codes);
        DebugSession session;
        const Result<void> opened = session.open(kFixtures + file.toStdString());
        QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
        const std::vector<ComparedFinding> rows = compareFindings(*session.snapshot());
        QCOMPARE(rows.empty(), words.isEmpty());
        if (rows.empty())
            return;
        QCOMPARE(session.snapshot()->program->node(rows[0].node).op.type, type.toStdString());
        QStringList found, kinds;
        for (const ProfileSaying& saying : rows[0].profiles) {
            found << QString::fromStdString(saying.word);
            kinds << (saying.kind ? QString::fromUtf8(saying.kind->code.data()) : QString());
            QVERIFY(!saying.sentence.empty());
        }
        QCOMPARE(found, words);
        QCOMPARE(kinds, codes);
    }

    /// Of floor_divide in a body, read behind it by a product that does not fit: what lays the
    /// result out for the product is ours, and no framework has an opinion of it.
    void hasRowsOfTheModelsOwnOpsAlone()
    {
        const Result<FileView> file = FileView::open(kFixtures + "torch_floor_divide/model.onnx");
        onnx::ModelProto model;
        QVERIFY(file && model.ParseFromArray(file->bytes().data(), int(file->bytes().size())));
        for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node())
            if (node.name() == "node_mul")
                node.set_op_type("MatMul");
        QTemporaryDir folder;
        const std::string path = folder.filePath("product.onnx").toStdString();
        QVERIFY(writeFile(path, serialize(model)));
        DebugSession session;
        QVERIFY(session.open(path));
        QStringList ops;
        for (const ComparedFinding& row : compareFindings(*session.snapshot()))
            ops << (row.node == kNoNode
                        ? QString::fromStdString(row.title)
                        : QString::fromStdString(
                              session.snapshot()->program->node(row.node).origin.name));
        QCOMPARE(ops.join(", "), "node_mul, node_floor_divide");
    }

    /// Erfinv has a gradient in TensorFlow (its registry) and is no ONNX op.
    void namesTheFrameworkWhereAnOpWorks_data()
    {
        QTest::addColumn<QByteArray>("op");
        QTest::addColumn<QString>("works"); // "": nowhere that is known
        QTest::newRow("an op of TensorFlow's")
            << QByteArray("Erfinv") << "Works in TensorFlow: Erfinv has a gradient there";
        QTest::newRow("one without a gradient there") << QByteArray("TruncateMod") << "";
        QTest::newRow("of nobody") << QByteArray("Nonesuch") << "";
    }
    void namesTheFrameworkWhereAnOpWorks()
    {
        QFETCH(QByteArray, op);
        QFETCH(QString, works);
        QTemporaryDir folder;
        SmallModel model;
        model.input("x", {2, 3}).weight("w", {3, 3});
        model.node("MatMul", {"x", "w"}, {"a"}, "before");
        model.node(op.constData(), {"a"}, {"y"}, "odd").output("y", {2, 3});
        const std::string path = folder.filePath("odd.onnx").toStdString();
        QVERIFY(writeFile(path, model.bytes()));
        DebugSession session;
        const Result<void> opened = session.open(path);
        QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
        const std::vector<ComparedFinding> rows = compareFindings(*session.snapshot());
        QVERIFY(!rows.empty());
        QCOMPARE(rows[0].worksIn.empty(), works.isEmpty());
        if (!works.isEmpty())
            QCOMPARE(QString::fromStdString(rows[0].worksIn[0]), works);
    }
};

QTEST_APPLESS_MAIN(TestComparedFindings)
#include "tst_compared_findings.moc"
