#include "engine/formats/onnx_file.h"

#include "engine/formats/onnx.pb.h"

#include <QtTest>

using namespace backstep;
using onnx::TensorProto;

Q_DECLARE_METATYPE(TensorProto)

namespace {

TensorProto proto(int dtype, std::vector<int64_t> sizes, const std::string& raw = {})
{
    TensorProto tensor;
    tensor.set_name("W");
    tensor.set_data_type(dtype);
    for (const int64_t size : sizes)
        tensor.add_dims(size);
    if (!raw.empty())
        tensor.set_raw_data(raw);
    return tensor;
}

TensorProto external(const std::string& location, const std::string& offset = "0")
{
    TensorProto tensor = proto(1, {4});
    tensor.set_data_location(TensorProto::EXTERNAL);
    const auto add = [&tensor](const char* key, const std::string& value) {
        auto* entry = tensor.add_external_data();
        entry->set_key(key);
        entry->set_value(value);
    };
    add("location", location);
    add("offset", offset);
    return tensor;
}

}

class TestOnnxTensor : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;

private slots:
    void initTestCase()
    {
        QFile file(m_folder.filePath("w.bin"));
        const std::vector<float> values{1, 2, 3, 4};
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(reinterpret_cast<const char*>(values.data()), 16), 16);
    }

    void refusesWhatDoesNotFit_data()
    {
        QTest::addColumn<TensorProto>("tensor");
        QTest::addColumn<QByteArray>("says");
        const std::string zeros(16, '\0');
        QTest::newRow("short") << proto(1, {4}, zeros.substr(0, 7))
                               << QByteArray("holds 7 bytes, and float32 [4] needs 16");
        QTest::newRow("long") << proto(1, {4}, std::string(64, '\0'))
                              << QByteArray("holds 64 bytes");
        QTest::newRow("nothing") << proto(1, {4}) << QByteArray("it holds 0 elements");
        QTest::newRow("negative") << proto(1, {-4}, zeros) << QByteArray("negative size -4");
        QTest::newRow("huge") << proto(1, {1 << 20, 1 << 20}, zeros) << QByteArray("size limit");
        QTest::newRow("wraps") << proto(1, {int64_t{1} << 33, int64_t{1} << 31})
                               << QByteArray("overflow");
        QTest::newRow("wraps behind a zero")
            << proto(1, {0, int64_t{1} << 40, int64_t{1} << 40}) << QByteArray("overflow");
        QTest::newRow("rank 9") << proto(1, {1, 1, 1, 1, 1, 1, 1, 1, 1}, zeros)
                                << QByteArray("9 dimensions");
        QTest::newRow("dtype 0") << proto(0, {4}, zeros) << QByteArray("element type 0");
        QTest::newRow("dtype 999") << proto(999, {4}, zeros) << QByteArray("element type 999");
        TensorProto both = proto(1, {4}, zeros);
        both.add_float_data(1);
        QTest::newRow("two payloads") << both << QByteArray("raw_data, float_data");
        TensorProto wrongList = proto(1, {1});
        wrongList.add_int64_data(1);
        QTest::newRow("wrong list") << wrongList << QByteArray("stands in int64_data");
        QTest::newRow("strings in raw_data") << proto(8, {1}, "abc") << QByteArray("raw_data");
        QTest::newRow("external, missing") << external("none.bin") << QByteArray("none.bin");
        QTest::newRow("external, past the end") << external("w.bin", "4") << QByteArray("w.bin");
        QTest::newRow("external, offset") << external("w.bin", "-1") << QByteArray("offset '-1'");
        QTest::newRow("external, out") << external("../w.bin") << QByteArray("leads out");
    }
    void refusesWhatDoesNotFit()
    {
        QFETCH(TensorProto, tensor);
        QFETCH(QByteArray, says);
        const Result<Tensor> read = tensorOf(tensor, m_folder.path().toStdString());
        QVERIFY(!read);
        const std::string text = read.error().text();
        QVERIFY2(text.find(says.toStdString()) != std::string::npos, text.c_str());
        QVERIFY2(text.find("'W'") != std::string::npos, text.c_str());
    }

    void readsExternalData()
    {
        const Result<Tensor> read = tensorOf(external("w.bin"), m_folder.path().toStdString());
        QVERIFY(read);
        QVERIFY(read->sameElements(Tensor::of<float>({4}, {1, 2, 3, 4})));
    }

    void readsTypedLists()
    {
        TensorProto floats = proto(1, {2});
        floats.add_float_data(1.5f);
        floats.add_float_data(-2.0f);
        QVERIFY(tensorOf(floats, ".")->sameElements(Tensor::of<float>({2}, {1.5f, -2.0f})));
        TensorProto bytes = proto(3, {2});
        bytes.add_int32_data(-1);
        bytes.add_int32_data(7);
        QVERIFY(tensorOf(bytes, ".")->sameElements(Tensor::of<int8_t>({2}, {-1, 7})));
        TensorProto halves = proto(10, {1}); // 1.0 as float16: 0x3c00
        halves.add_int32_data(0x3c00);
        const Result<Tensor> half = tensorOf(halves, ".");
        QVERIFY(half && half->dtype() == DType::Float16);
        QCOMPARE(*half->data<uint16_t>(), uint16_t(0x3c00));
    }

    void unpacksFourBitIntegers()
    {
        // ONNX packs the earlier element into the low half: 0x7f holds -1, 7; then -8
        const Result<Tensor> read = tensorOf(proto(22, {3}, "\x7f\x08"), ".");
        QVERIFY2(bool(read), read ? "" : read.error().text().c_str());
        const auto* elements = read->data<int8_t>();
        QCOMPARE(int(elements[0]), -1);
        QCOMPARE(int(elements[1]), 7);
        QCOMPARE(int(elements[2]), -8);
        QCOMPARE(protoOf(*read, "W").raw_data(), std::string("\x7f\x08"));
    }

    void makesBooleansOfAnyByte()
    {
        const Result<Tensor> read = tensorOf(proto(9, {3}, std::string("\x02\x00\xff", 3)), ".");
        QVERIFY(read);
        QVERIFY(read->sameElements(Tensor::of<bool>({3}, {true, false, true})));
    }

    void writesWhatItReads_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < 6; ++i)
            QTest::newRow(std::to_string(i).c_str()) << i;
    }
    void writesWhatItReads()
    {
        QFETCH(int, index);
        const std::vector<Tensor> tensors{Tensor::of<float>({2, 2}, {1, 2, 3, 4}),
                                          Tensor::scalar(2.5, DType::Float64),
                                          Tensor::ints({1, -2, 3}),
                                          Tensor::of<bool>({2}, {true, false}),
                                          Tensor::ofStrings({2}, {"ok", "\xff\x80"}),
                                          Tensor(TensorType{DType::Float32, {0, 3}})};
        const Tensor& tensor = tensors[size_t(index)];
        const Result<Tensor> read = tensorOf(protoOf(tensor, "W"), ".");
        QVERIFY2(bool(read), read ? "" : read.error().text().c_str());
        QVERIFY(read->type() == tensor.type() && read->sameElements(tensor));
    }
};

QTEST_APPLESS_MAIN(TestOnnxTensor)
#include "tst_onnx_tensor.moc"
