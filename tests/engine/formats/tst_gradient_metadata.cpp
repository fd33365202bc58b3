#include "engine/formats/gradient_metadata.h"
#include "engine/formats/onnx_file.h"

#include "engine/formats/onnx.pb.h"

#include <QtTest>

using namespace backstep;
using Scope = StoredGradient::Scope;

namespace {

std::string fixture()
{
    const Result<FileView> file = FileView::open(BACKSTEP_TEST_DATA "/models/seed1_sign/model.onnx");
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

class TestGradientMetadata : public QObject
{
    Q_OBJECT
private slots:
    void readsWhatItWrites()
    {
        const std::vector<StoredGradient> gradients{
            {Scope::Node, "Sign", "dy * (1 - tf.math.tanh(x)**2)", "straight through"},
            {Scope::OpType, "Round", "dy", ""},
            {Scope::Layer, "a \"quoted\" layer\n", "dy  # as typed", ""}};
        const auto read = gradientsFromJson(gradientsToJson(gradients));
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
        QTest::newRow("no text") << QByteArray(R"([{"scope": "node", "name": "a"}])");
        QTest::newRow("unknown scope") << QByteArray(R"([{"scope": "all", "name": "a", "text": "dy"}])");
        QTest::newRow("number as text") << QByteArray(R"([{"scope": "node", "name": 1, "text": "dy"}])");
    }
    void refusesWhatIsNoListOfGradients()
    {
        QFETCH(QByteArray, json);
        QVERIFY(!gradientsFromJson(json.toStdString()));
    }

    void leavesEveryOtherByteAsItWas()
    {
        const std::string before = fixture();
        const std::vector<StoredGradient> first{{Scope::Node, "Sign", "dy", ""}},
            second{{Scope::Node, "Sign", "dy * 2", ""}};
        const Result<std::string> once = modelWithGradients(before, first);
        QVERIFY(once);
        QVERIFY(once->starts_with(before));
        QCOMPARE(stored(*once), gradientsToJson(first));
        const Result<std::string> twice = modelWithGradients(*once, second);
        QVERIFY(twice);
        QCOMPARE(stored(*twice), gradientsToJson(second));
        const Result<std::string> none = modelWithGradients(*twice, {});
        QVERIFY(none);
        QVERIFY(*none == before);
    }

    void refusesBrokenModels()
    {
        const std::string whole = fixture();
        QVERIFY(!modelWithGradients(whole.substr(0, whole.size() / 2), {}));
        QVERIFY(!modelWithGradients("\x0b\x0b", {}));
    }
};

QTEST_APPLESS_MAIN(TestGradientMetadata)
#include "tst_gradient_metadata.moc"
