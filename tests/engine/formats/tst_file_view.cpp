#include "engine/formats/file_view.h"

#include <QtTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace backstep;
using namespace std::string_literals;

class TestFileView : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    std::string at(const char* name) const { return m_folder.filePath(name).toStdString(); }
    void put(const char* name, const QByteArray& bytes) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }

private slots:
    void initTestCase()
    {
        put("some.bin", "0123456789");
        put("empty.bin", "");
        QVERIFY(QDir(m_folder.path()).mkpath("model/deeper"));
        put("secret.bin", "do not read");
        put("model/w.bin", "0123456789");
        put("model/deeper/w.bin", "abcdef");
        QVERIFY(::mkfifo(at("model/pipe.bin").c_str(), 0600) == 0);
        QVERIFY(::symlink("../secret.bin", at("model/link.bin").c_str()) == 0);
        QVERIFY(::symlink("..", at("model/up").c_str()) == 0);
    }

    void opensRegularFilesOnly_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("says"); // "": opens
        QTest::newRow("a file") << QByteArray("some.bin") << QByteArray("");
        QTest::newRow("empty") << QByteArray("empty.bin") << QByteArray("is empty");
        QTest::newRow("missing") << QByteArray("none.bin") << QByteArray("No such file");
        QTest::newRow("folder") << QByteArray("model") << QByteArray("is a folder");
        QTest::newRow("pipe") << QByteArray("model/pipe.bin") << QByteArray("is a named pipe");
    }
    void opensRegularFilesOnly()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, says);
        const Result<FileView> file = FileView::open(at(name.constData()));
        QCOMPARE(bool(file), says.isEmpty());
        if (file)
            QCOMPARE(file->bytes(), "0123456789");
        else
            QVERIFY2(QByteArray::fromStdString(file.error().message).contains(says),
                     file.error().message.c_str());
    }

    void refusesDevicesAndOversizedFiles()
    {
        QVERIFY(!FileView::open("/dev/zero"));
        const Result<FileView> file = FileView::open(at("some.bin"), {.fileBytes = 9});
        QVERIFY(!file);
        QCOMPARE(file.error().code, "file-too-large"s);
    }

    void readsBelowTheFolderOnly_data()
    {
        QTest::addColumn<QByteArray>("location");
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("length");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("says"); // "": is read
        const auto row = [](const char* name, const char* location, int offset, int length,
                            const char* bytes, const char* says) {
            QTest::newRow(name) << QByteArray(location) << offset << length << QByteArray(bytes)
                                << QByteArray(says);
        };
        row("part", "w.bin", 2, 3, "234", "");
        row("the rest", "w.bin", 8, -1, "89", "");
        row("deeper", "./deeper//w.bin", 0, 6, "abcdef", "");
        row("up", "../secret.bin", 0, 4, "", "leads out");
        row("up again", "deeper/../../secret.bin", 0, 4, "", "leads out");
        row("absolute", "/dev/zero", 0, 4, "", "absolute");
        row("link", "link.bin", 0, 4, "", "symbolic link");
        row("through a link", "up/secret.bin", 0, 4, "", "symbolic link");
        row("pipe", "pipe.bin", 0, 4, "", "named pipe");
        row("folder", "deeper", 0, 4, "", "folder");
        row("missing", "no_such_file.bin", 0, 4, "", "no_such_file.bin");
        row("past the end", "w.bin", 8, 4, "", "has 10 bytes; 4 bytes from offset 8");
        row("offset far away", "w.bin", 1 << 30, 4, "", "w.bin");
        row("negative offset", "w.bin", -1, 4, "", "w.bin");
        row("empty location", "", 0, 4, "", "empty");
    }
    void readsBelowTheFolderOnly()
    {
        QFETCH(QByteArray, location);
        QFETCH(int, offset);
        QFETCH(int, length);
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, says);
        const Result<std::string> read =
            readBelow(at("model"), location.toStdString(), offset, length, {});
        QCOMPARE(bool(read), says.isEmpty());
        if (read)
            QCOMPARE(QByteArray::fromStdString(*read), bytes);
        else
            QVERIFY2(read.error().message.find(says.toStdString()) != std::string::npos,
                     read.error().message.c_str());
    }

    void writesWholeFilesOnly()
    {
        const std::string path = at("out.bin");
        QVERIFY(writeFile(path, "first"));
        QVERIFY(writeFile(path, "second"));
        QCOMPARE(FileView::open(path)->bytes(), "second");
        QVERIFY(!writeFile(at("model"), "x"));
        QVERIFY(!writeFile(at("no_such_folder/out.bin"), "x"));
        // no neighbour is left behind
        QCOMPARE(QDir(m_folder.path()).entryList({"out.bin*"}).size(), 1);
    }

    void recognisesOtherKindsOfFile_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("kind");
        QTest::newRow("zeros") << QByteArray(64, '\0') << QByteArray("zeros only");
        QTest::newRow("text") << QByteArray("Dear Madam,\n") << QByteArray("text");
        QTest::newRow("png") << QByteArray("\x89PNG\r\n") << QByteArray("a PNG picture");
        QTest::newRow("protobuf") << QByteArray("\x08\x08\x12\x04onnx", 8) << QByteArray("");
    }
    void recognisesOtherKindsOfFile()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, kind);
        QCOMPARE(QByteArray::fromStdString(kindOfBytes(bytes.toStdString())), kind);
    }
};

QTEST_APPLESS_MAIN(TestFileView)
#include "tst_file_view.moc"
