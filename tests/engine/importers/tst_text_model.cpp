#include "engine/formats/onnx_file.h"
#include "engine/importers/text_model.h"

#include "engine/formats/onnx.pb.h"

#include <QtTest>

#include <cmath>

using namespace backstep;
using namespace std::string_literals;

namespace {

/// "Transpose LSTM Squeeze"
std::string ops(const onnx::ModelProto& model)
{
    std::string all;
    for (const onnx::NodeProto& node : model.graph().node())
        all += (all.empty() ? "" : " ") + node.op_type();
    return all;
}

std::string shapeText(const onnx::ValueInfoProto& value)
{
    std::string all;
    for (const auto& size : value.type().tensor_type().shape().dim())
        all += (all.empty() ? "" : ", ") +
               (size.has_dim_param() ? size.dim_param() : std::to_string(size.dim_value()));
    return all;
}

Tensor weight(const onnx::ModelProto& model, const std::string& name)
{
    for (const onnx::TensorProto& tensor : model.graph().initializer())
        if (tensor.name() == name)
            return *tensorOf(tensor, ".");
    return {};
}

std::string metadata(const onnx::ModelProto& model, const std::string& key)
{
    for (const onnx::StringStringEntryProto& entry : model.metadata_props())
        if (entry.key() == key)
            return entry.value();
    return {};
}

}

class TestTextModel : public QObject
{
    Q_OBJECT
private slots:
    void buildsTheLayersAsTyped_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("ops");
        QTest::addColumn<QString>("output");
        QTest::addColumn<QString>("loss");
        const auto row = [](const char* text, const char* ops, const char* output,
                            const char* loss) {
            QTest::newRow(text) << QString(text) << QString(ops) << QString(output)
                                << QString(loss);
        };
        row("x: float32[batch, time, 8] -> LSTM(64) -> sign -> Dense(10) -> mse",
            "Transpose LSTM Squeeze Transpose Sign MatMul Add", "batch, time, 10", "mse");
        row("x:float32[2,12,8]->LSTM(16,return_sequences=False)->Dense(3, activation='softmax')",
            "Transpose LSTM Squeeze MatMul Add Softmax", "2, 3", "");
        row("ids: int64[batch, time] -> Embedding(40, 12) -> SimpleRNN(units=32) -> "
            "Dense(40) -> cross-entropy",
            "Gather Transpose RNN Squeeze Transpose MatMul Add", "batch, time, 40",
            "cross-entropy");
        row("x: float64[3, 7, 5] -> GRU(4) -> GRU(6, False) -> cross_entropy",
            "Transpose GRU Squeeze Transpose Transpose GRU Squeeze", "3, 6", "cross-entropy");
        row("x: float32[4, 6] -> dense(3, use_bias=false) -> Tanh -> MSE", "MatMul Tanh", "4, 3",
            "mse");
        row("x: float32[n] -> round -> floor -> ceil -> neg -> abs -> identity -> softplus",
            "Round Floor Ceil Neg Abs Identity Softplus", "n", "");
    }
    void buildsTheLayersAsTyped()
    {
        QFETCH(QString, text);
        QFETCH(QString, ops);
        QFETCH(QString, output);
        QFETCH(QString, loss);
        const Result<TextModel> made = modelFromText(text.toStdString());
        QVERIFY2(bool(made), made ? "" : made.error().text().c_str());
        QCOMPARE(QString::fromStdString(::ops(*made->model)), ops);
        QCOMPARE(QString::fromStdString(shapeText(made->model->graph().output(0))), output);
        QCOMPARE(QString::fromStdString(metadata(*made->model, "backstep.loss")), loss);
        QCOMPARE(QString::fromStdString(metadata(*made->model, "backstep.text")), text);
    }

    void saysWhereAndWhatItExpected_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* text, int column, const char* says) {
            QTest::newRow(name) << QString(text) << column << QString(says);
        };
        row("empty", "", 0, "input's name");
        row("no type", "x -> LSTM(4)", 2, "Expected ':'");
        row("unknown type", "x: float23[2] -> sign", 3, "Did you mean 'float32'?");
        row("no sizes", "x: float32 -> sign", 11, "Expected '['");
        row("size 0", "x: float32[0] -> sign", 11, "size from 1 up");
        row("negative size", "x: float32[-2] -> sign", 11, "'-2'");
        row("size too large", "x: float32[99999999999999999999] -> sign", 11, "size from 1 up");
        row("rank 9", "x: float32[1,1,1,1,1,1,1,1,1] -> sign", 27, "at most 8");
        row("open bracket", "x: float32[2, 3 -> sign", 16, "',' or ']'");
        row("no layer", "x: float32[2, 3]", 16, "'->' and a layer");
        row("arrow at the end", "x: float32[2, 3] ->", 19, "Expected a layer");
        row("unknown layer", "x: float32[2, 3, 4] -> LTSM(64)", 23, "Did you mean 'LSTM'?");
        row("far from any layer", "x: float32[2] -> Quux", 17, "Known: Embedding");
        row("no units", "x: float32[2, 3, 4] -> LSTM -> mse", 23, "LSTM needs units");
        row("units in words", "x: float32[2, 3, 4] -> LSTM(many)", 28, "'many'");
        row("units 0", "x: float32[2, 3, 4] -> LSTM(0)", 28, "from 1");
        row("unknown argument", "x: float32[2, 3, 4] -> LSTM(4, dropout=1)", 39, "'dropout'");
        row("too many arguments", "x: float32[2, 3, 4] -> LSTM(4, True, 5)", 37, "number 3");
        row("given twice", "x: float32[2, 3, 4] -> LSTM(4, units=4)", 37, "given twice");
        row("flag", "x: float32[2, 3, 4] -> LSTM(4, return_sequences=maybe)", 48, "True or False");
        row("activation", "x: float32[2, 3] -> Dense(4, activation=rleu)", 40,
            "Did you mean 'relu'?");
        row("arguments of sign", "x: float32[2, 3] -> sign(1)", 25, "takes no arguments");
        row("open parenthesis", "x: float32[2, 3] -> Dense(4", 27, "',' or ')'");
        row("LSTM of rank 2", "x: float32[batch, 3] -> LSTM(4)", 24, "gets float32 [batch, 3]");
        row("LSTM of ids", "x: int64[2, 3, 4] -> LSTM(4)", 21, "gets int64 [2, 3, 4]");
        row("free features", "x: float32[2, 3, n] -> LSTM(4)", 23, "fixed number of features");
        row("Embedding of floats", "x: float32[2, 3] -> Embedding(4, 5)", 20, "token ids");
        row("Embedding of one number", "x: int64[2, 3] -> Embedding(4)", 18, "output_dim");
        row("loss in the middle", "x: float32[2, 3] -> sign -> mse -> sign", 35, "end of the text");
        row("loss alone", "x: float32[2, 3] -> mse", 20, "layer before the loss");
        row("too many weights", "x: float32[2, 3, 2000000000] -> LSTM(1000)", 32, "weights");
        row("rest", "x: float32[2, 3] -> sign !", 25, "'!'");
        row("columns count characters", "x: float32[\xce\xb1, 3] -> sign", 11, "a size");
    }
    void saysWhereAndWhatItExpected()
    {
        QFETCH(QString, text);
        QFETCH(int, column);
        QFETCH(QString, says);
        const Result<TextModel> made = modelFromText(text.toStdString());
        QVERIFY(!made);
        const std::string message = made.error().text();
        QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
        QVERIFY2(made.error().column == column,
                 (message + " column " + std::to_string(made.error().column)).c_str());
    }

    void namesNodesByTheirLayers()
    {
        const Result<TextModel> made =
            modelFromText("x: float32[2, 3, 4] -> LSTM(4) -> LSTM(5) -> sign -> sign");
        QVERIFY(made);
        QStringList names;
        for (const onnx::NodeProto& node : made->model->graph().node())
            names << QString::fromStdString(node.name());
        QCOMPARE(names.mid(0, 5).join(' '),
                 "lstm/Transpose lstm/LSTM lstm/Squeeze lstm/Transpose_1 lstm_1/Transpose");
        QCOMPARE(names.mid(8).join(' '), "sign/Sign sign_1/Sign");
    }

    void drawsWeightsAsKerasDoes()
    {
        const Result<TextModel> made =
            modelFromText("x: float32[2, 3, 4] -> LSTM(6) -> Dense(5)", 1);
        QVERIFY(made);
        const Tensor w = weight(*made->model, "lstm/W"), r = weight(*made->model, "lstm/R"),
                     b = weight(*made->model, "lstm/B");
        QCOMPARE(w.shape(), (Shape{1, 24, 4}));
        QCOMPARE(r.shape(), (Shape{1, 24, 6}));
        const double limit = std::sqrt(6.0 / (4 + 24));
        for (int64_t i = 0; i < w.count(); ++i)
            QVERIFY(std::abs(w.number(i)) <= limit);
        for (int first = 0; first < 6; ++first) // columns of R are orthonormal
            for (int second = 0; second <= first; ++second) {
                double product = 0;
                for (int row = 0; row < 24; ++row)
                    product += r.number(row * 6 + first) * r.number(row * 6 + second);
                QVERIFY(std::abs(product - (first == second ? 1 : 0)) < 1e-6);
            }
        for (int64_t i = 0; i < 48; ++i) // gates i, o, f, c; only the forget gate starts at 1
            QCOMPARE(b.number(i), i >= 12 && i < 18 ? 1.0 : 0.0);
        QCOMPARE(weight(*made->model, "dense/kernel").shape(), (Shape{6, 5}));
    }

    void givesTheSameWeightsForTheSameSeed()
    {
        const char* text = "x: float32[2, 3, 4] -> GRU(6) -> mse";
        const auto bytes = [text](uint32_t seed) {
            return serialize(*modelFromText(text, seed)->model);
        };
        QVERIFY(bytes(1) == bytes(1));
        QVERIFY(bytes(1) != bytes(2));
    }

    void bringsTheExamplesWithTheirData()
    {
        const Result<TextModel> example = exampleModel("sign");
        QVERIFY(example);
        const Tensor &x = example->data.at("x"), &target = example->data.at("target");
        QCOMPARE(x.shape(), (Shape{64, 5, 1}));
        QCOMPARE(target.shape(), (Shape{64, 5, 1}));
        for (int64_t row = 0; row < 64; ++row) {
            double sum = 0;
            for (int64_t t = 0; t < 5; ++t) {
                sum += x.number(row * 5 + t);
                QCOMPARE(target.number(row * 5 + t), sum < 0 ? -1.0 : 1.0);
            }
        }
        const Result<TextModel> unknown = exampleModel("sing");
        QVERIFY(!unknown);
        QVERIFY(unknown.error().hint.find("sign") != std::string::npos);
        for (const std::string& name : exampleNames())
            QVERIFY(exampleModel(name) && !exampleTitle(name).empty());
    }
};

QTEST_APPLESS_MAIN(TestTextModel)
#include "tst_text_model.moc"
