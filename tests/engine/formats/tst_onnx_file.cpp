#include "engine/formats/onnx_file.h"

#include "engine/formats/onnx.pb.h"

#include <QtTest>

using namespace backstep;

namespace {

const std::string kModel = BACKSTEP_TEST_DATA "/models/seed1_sign/model.onnx";

/// ModelProto.graph > node > attribute > g, `depth` times, as bytes: `If` bodies without end.
std::string nestedGraphs(int depth)
{
    const auto field = [](char tag, const std::string& payload) {
        std::string bytes(1, tag);
        size_t length = payload.size();
        for (; length > 127; length >>= 7)
            bytes += static_cast<char>((length & 127) | 128);
        bytes += static_cast<char>(length);
        return bytes + payload;
    };
    std::string graph;
    for (int i = 0; i < depth; ++i)
        graph = field('\x0a', field('\x2a', field('\x32', graph)));
    return field('\x3a', graph);
}

}

class TestOnnxFile : public QObject
{
    Q_OBJECT
private slots:
    void readsEveryFixture_data()
    {
        QTest::addColumn<QString>("path");
        QDirIterator files(BACKSTEP_TEST_DATA "/models", {"*.onnx"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            QTest::newRow(qPrintable(path.mid(qstrlen(BACKSTEP_TEST_DATA) + 8))) << path;
        }
    }
    void readsEveryFixture()
    {
        QFETCH(QString, path);
        const Result<FileView> file = FileView::open(path.toStdString());
        QVERIFY(file);
        const auto model = parseOnnx(*file);
        QVERIFY2(bool(model), model ? "" : model.error().text().c_str());
        QVERIFY((*model)->graph().node_size() > 0);
        for (const onnx::TensorProto& tensor : (*model)->graph().initializer())
            QVERIFY2(bool(tensorOf(tensor, file->folder())), tensor.name().c_str());
    }

    void keepsWhatItDoesNotKnow()
    {
        // field 200, wire type 0, value 5 behind a model with an empty graph
        const std::string bytes("\x08\x08\x3a\x00\xc0\x0c\x05", 7);
        const auto model = parseOnnx(FileView::ofBytes("m.onnx", bytes));
        QVERIFY(model);
        QCOMPARE(QByteArray::fromStdString(serialize(**model)), QByteArray::fromStdString(bytes));
    }

    void refusesTruncatedFiles()
    {
        const Result<FileView> file = FileView::open(kModel);
        QVERIFY(file);
        const std::string whole(file->bytes());
        for (size_t length = 1; length < whole.size(); length += length < 400 ? 1 : 997) {
            const auto model = parseOnnx(FileView::ofBytes("cut.onnx", whole.substr(0, length)));
            if (model) // a cut between two fields behind the graph leaves a sound model
                QVERIFY2(length > whole.size() - 64, std::to_string(length).c_str());
            else
                QVERIFY2(model.error().message.find("cut.onnx") != std::string::npos,
                         model.error().message.c_str());
        }
    }

    void saysWhatItFoundInstead_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("says");
        const QByteArray sound = [] {
            QFile file(QString::fromStdString(kModel));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        }();
        QTest::newRow("half") << sound.left(sound.size() / 2)
                              << QByteArray("truncated: field 'graph'");
        QTest::newRow("one byte missing")
            << sound.left(sound.size() - 1) << QByteArray("truncated");
        QTest::newRow("zeros") << QByteArray(4096, '\0') << QByteArray("zeros only");
        QTest::newRow("text") << QByteArray("This is text.\n").repeated(40) << QByteArray("text");
        QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1a\n") + QByteArray(256, '\0')
                             << QByteArray("PNG");
        QTest::newRow("long number") << QByteArray("\x08") + QByteArray(11, '\xff') + "\x01" + sound
                                     << QByteArray("corrupt");
        QTest::newRow("claims 2 GiB")
            << QByteArray("\x3a\xff\xff\xff\xff\x07") + sound.left(64)
            << QByteArray("truncated: field 'graph' at byte 0 says it holds "
                          "2147483647 bytes");
        QTest::newRow("groups") << QByteArray("\x9b\x06").repeated(20000) << QByteArray("corrupt");
        QTest::newRow("no graph") << QByteArray("\x08\x08") << QByteArray("no graph");
        QTest::newRow("2000 deep") << QByteArray::fromStdString(nestedGraphs(2000))
                                   << QByteArray("nested more than 200 deep");
        QTest::newRow("name") << QByteArray("\x3a\x06\x0a\x04\x1a\x02\xff\xfe")
                              << QByteArray("node name '\\xff\\xfe' is not UTF-8");
    }
    void saysWhatItFoundInstead()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, says);
        const auto model = parseOnnx(FileView::ofBytes("m.onnx", bytes.toStdString()));
        QVERIFY(!model);
        QVERIFY2(model.error().message.find(says.toStdString()) != std::string::npos,
                 model.error().message.c_str());
    }

    void readsGraphsTwentyDeep()
    {
        QVERIFY(parseOnnx(FileView::ofBytes("m.onnx", nestedGraphs(20))));
    }
};

QTEST_APPLESS_MAIN(TestOnnxFile)
#include "tst_onnx_file.moc"
