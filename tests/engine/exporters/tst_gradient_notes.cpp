#include "engine/exporters/gradient_notes.h"
#include "engine/formats/onnx_file.h"

#include "engine/formats/onnx.pb.h"

#include <QtTest>

using namespace backstep;

namespace {

std::string fixture()
{
    const Result<FileView> file =
        FileView::open(BACKSTEP_TEST_DATA "/models/seed1_sign/model.onnx");
    return std::string(file->bytes());
}

std::string stored(const std::string& bytes)
{
    const auto model = parseOnnx(FileView::ofBytes("m.onnx", bytes));
    std::string all;
    for (const onnx::StringStringEntryProto& entry : (*model)->metadata_props())
        if (entry.key() == kGradientsKey)
            all += entry.value();
    return all;
}

}

class TestGradientNotes : public QObject
{
    Q_OBJECT
private slots:
    void readsWhatItWrites()
    {
        const std::vector<GradientNote> gradients{
            {"node", "Sign", "dy * (1 - tf.math.tanh(x)**2)", "straight through"},
            {"type", "Round", "dy", ""},
            {"layer", "a \"quoted\" layer\n", "dy  # as typed", ""},
            {"node", "Clip", "dy", "on purpose", "2026-03-01", 0.25, {"0123456789abcdef"}}};
        const auto read = notesFromJson(notesAsJson(gradients));
        QVERIFY(read);
        QVERIFY(*read == gradients);
    }

    void refusesWhatIsNoListOfGradients_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("cut off") << QByteArray("[{\"scope\": \"node\"");
        QTest::newRow("no list") << QByteArray("{}");
        QTest::newRow("entry of another kind") << QByteArray("[3]");
    }
    void refusesWhatIsNoListOfGradients()
    {
        QFETCH(QByteArray, json);
        QVERIFY(!notesFromJson(json.toStdString()));
    }

    void leavesEveryOtherByteAsItWas()
    {
        const std::string before = fixture();
        const std::vector<GradientNote> first{{"node", "Sign", "dy", ""}},
            second{{"node", "Sign", "dy * 2", ""}};
        const Result<std::string> once = withGradientNotes(before, first);
        QVERIFY(once);
        QVERIFY(once->starts_with(before));
        QCOMPARE(stored(*once), notesAsJson(first));
        const Result<std::string> twice = withGradientNotes(*once, second);
        QVERIFY(twice);
        QCOMPARE(stored(*twice), notesAsJson(second));
        const Result<std::string> none = withGradientNotes(*twice, {});
        QVERIFY(none);
        QVERIFY(*none == before);
    }

    void refusesBrokenModels()
    {
        const std::string whole = fixture();
        QVERIFY(!withGradientNotes(whole.substr(0, whole.size() / 2), {}));
        QVERIFY(!withGradientNotes("\x0b\x0b", {}));
    }
};

QTEST_APPLESS_MAIN(TestGradientNotes)
#include "tst_gradient_notes.moc"
