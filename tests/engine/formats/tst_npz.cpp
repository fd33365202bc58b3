#include "engine/formats/npz.h"

#include <QtTest>

using namespace backstep;
using namespace std::string_literals;

namespace {

/// A .npy file, version 1, as numpy.lib.format describes it.
std::string npy(const std::string& dictionary, const std::string& data, char version = 1)
{
    std::string bytes = "\x93NUMPY"s + version + '\0';
    bytes += static_cast<char>(dictionary.size());
    bytes += std::string(version == 1 ? 1 : 3, '\0');
    return bytes + dictionary + data;
}

std::string header(const char* descr, const char* shape, const char* fortran = "False")
{
    return "{'descr': '"s + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape +
           ", }\n";
}

template<class T> std::string raw(std::vector<T> values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}

class TestNpz : public QObject
{
    Q_OBJECT
private slots:
    void readsTheReferences_data()
    {
        QTest::addColumn<QString>("path");
        QDirIterator files(BACKSTEP_TEST_DATA "/models", {"*.npz"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            if (path.endsWith("/reference.npz"))
                QTest::newRow(qPrintable(path.section('/', -2))) << path;
        }
    }
    void readsTheReferences()
    {
        QFETCH(QString, path);
        const Result<FileView> file = FileView::open(path.toStdString());
        QVERIFY(file);
        const auto arrays = readNpz(*file);
        QVERIFY2(bool(arrays), arrays ? "" : arrays.error().text().c_str());
        QVERIFY(
            (arrays->contains("input") || arrays->contains("input0") || arrays->contains("ids")) &&
            arrays->contains("target"));
    }

    void readsAKnownNumber()
    {
        // numpy.load('seed1_sign/reference.npz')['loss64'] prints the number below
        const Result<FileView> file =
            FileView::open(BACKSTEP_TEST_DATA "/models/seed1_sign/reference.npz");
        const auto arrays = readNpz(*file);
        QVERIFY(arrays);
        const Tensor& loss = arrays->at("loss64");
        QCOMPARE(loss.shape(), Shape{});
        QCOMPARE(loss.number(0), 3.240675232472802);
        QCOMPARE(arrays->at("w/lstm/lstm_cell/kernel").shape(), (Shape{8, 256}));
    }

    void readsEveryLayout_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("numbers");
        const auto row = [](const char* name, const std::string& bytes, const char* numbers) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(numbers);
        };
        row("float32", npy(header("<f4", "(2,)"), raw<float>({1.5f, -2})), "float32 [2] 1.5 -2");
        row("scalar", npy(header("<f8", "()"), raw<double>({0.25})), "float64 [] 0.25");
        row("empty", npy(header("<i8", "(0, 3)"), ""), "int64 [0, 3]");
        row("bool", npy(header("|b1", "(3,)"), "\x01\x00\x02"s), "bool [3] 1 0 1");
        row("uint16", npy(header("<u2", "(1,)"), raw<uint16_t>({65535})), "uint16 [1] 65535");
        // row-major 1 2 3 / 4 5 6 stands column by column
        row("fortran", npy(header("<i4", "(2, 3)", "True"), raw<int32_t>({1, 4, 2, 5, 3, 6})),
            "int32 [2, 3] 1 2 3 4 5 6");
        row("big-endian", npy(header(">i2", "(2,)"), "\x01\x02\xff\xff"s), "int16 [2] 258 -1");
        row("version 2", npy(header("<f4", "(1,)"), raw<float>({3}), 2), "float32 [1] 3");
        row("version 3", npy(header("<f4", "(1,)"), raw<float>({3}), 3), "float32 [1] 3");
        row("S", npy(header("|S3", "(2,)"), "ab\0cde"s), "string [2] ab cde");
        row("U", npy(header("<U2", "(2,)"), raw<uint32_t>({'a', 0, 0x3b1, 'b'})),
            "string [2] a \xce\xb1"
            "b");
    }
    void readsEveryLayout()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, numbers);
        const auto arrays = readNpz(FileView::ofBytes("a.npy", bytes.toStdString()));
        QVERIFY2(bool(arrays), arrays ? "" : arrays.error().text().c_str());
        const Tensor& tensor = arrays->at("");
        QByteArray text = QByteArray::fromStdString(tensor.type().text());
        for (int64_t i = 0; i < tensor.count(); ++i)
            text += ' ' + (tensor.dtype() == DType::String
                               ? QByteArray::fromStdString(tensor.strings()[size_t(i)])
                               : QByteArray::number(tensor.number(i)));
        QCOMPARE(text, numbers);
    }

    void refusesWhatDoesNotFit_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, const std::string& bytes, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(says);
        };
        const std::string four = raw<float>({1, 2, 3, 4});
        row("objects", npy(header("|O", "(1,)"), four), "pickled");
        row("complex", npy(header("<c8", "(2,)"), four), "'<c8'");
        row("long double", npy(header("<f16", "(1,)"), four), "f16");
        row("too few", npy(header("<f4", "(5,)"), four), "needs 20");
        row("too many", npy(header("<f4", "(3,)"), four), "needs 12");
        row("negative", npy(header("<f4", "(-4,)"), four), "'-4'");
        row("overflow", npy(header("<f4", "(4294967296, 4294967296)"), four), "overflow");
        row("huge strings", npy(header("|S0", "(1000000000000,)"), ""), "size limit");
        row("rank 9", npy(header("<f4", "(1,1,1,1,1,1,1,1,1)"), four), "dimensions");
        row("no shape", npy("{'descr': '<f4', 'fortran_order': False}", four), "shape");
        row("header cut", npy(header("<f4", "(4,)"), "").substr(0, 30), "truncated");
        row("version 9", npy(header("<f4", "(4,)"), four, 9), "version");
        row("text", "input = 3\n", "text");
        row("zip magic alone", "PK\x03\x04"s + std::string(100, '\0'), "archive");
    }
    void refusesWhatDoesNotFit()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, says);
        const auto arrays = readNpz(FileView::ofBytes("a.npz", bytes.toStdString()));
        QVERIFY(!arrays);
        QVERIFY2(arrays.error().text().find(says.toStdString()) != std::string::npos,
                 arrays.error().text().c_str());
    }

    void readsWhatItWrites_data()
    {
        QTest::addColumn<int>("packing");
        QTest::newRow("stored") << int(NpzPacking::Stored);
        QTest::newRow("deflated") << int(NpzPacking::Deflated);
    }
    void readsWhatItWrites()
    {
        QFETCH(int, packing);
        const std::map<std::string, Tensor> arrays{
            {"grad:lstm/W", Tensor(TensorType{DType::Float32, {40, 50}})},
            {"loss", Tensor::scalar(0.5, DType::Float64)},
            {"ids", Tensor::ints({1, 2, 3})},
            {"status:lstm/W", Tensor::ofStrings({}, {"zero"})},
            {"words", Tensor::ofStrings({2}, {"a", "\xce\xb1\xce\xb2"})},
            {"bytes", Tensor::ofStrings({1}, {"\xff\x80"})},
        };
        const Result<std::string> bytes = npzOf(arrays, NpzPacking(packing));
        QVERIFY(bytes);
        const auto read = readNpz(FileView::ofBytes("a.npz", *bytes));
        QVERIFY2(bool(read), read ? "" : read.error().text().c_str());
        QCOMPARE(read->size(), arrays.size());
        for (const auto& [name, tensor] : arrays)
            QVERIFY2(read->at(name).type() == tensor.type() && read->at(name).sameElements(tensor),
                     name.c_str());
    }

    void refusesTruncatedArchives()
    {
        const std::map<std::string, Tensor> arrays{{"a", Tensor::ints({1, 2, 3})}};
        const std::string whole = *npzOf(arrays, NpzPacking::Deflated);
        for (size_t length = 1; length < whole.size(); ++length)
            QVERIFY(!readNpz(FileView::ofBytes("a.npz", whole.substr(0, length))));
    }

    void refusesTypesThatNumpyLacks()
    {
        QVERIFY(!npzOf({{"a", Tensor(TensorType{DType::BFloat16, {1}})}}));
    }
};

QTEST_APPLESS_MAIN(TestNpz)
#include "tst_npz.moc"
