#include "tests/support/program.h"
#include "tests/support/small_models.h"

#include <QtTest>

using backstep::DType;

namespace {

const QString kModel = BACKSTEP_TEST_DATA "/models/seed1_sign/model.onnx";

QByteArray bytesOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

SmallModel lstm(int64_t rows, int64_t hidden, DType dtype = DType::Float32)
{
    return SmallModel()
        .input("X", {4, 2, 3}, dtype)
        .weight("W", {1, rows, 3})
        .weight("R", {1, 4 * hidden, hidden})
        .node("LSTM", {"X", "W", "R"}, {"Y", "Y_h"}, "lstm0")
        .attribute("hidden_size", hidden)
        .output("Y_h", {1, 2, hidden});
}

}

class TestBrokenModels : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;

private slots:
    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("exitCode"); // 2: not opened; 1: a finding
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char* name, const std::string& bytes, int exitCode,
                            QStringList says) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << exitCode << says;
        };
        const QByteArray sound = bytesOf(kModel);
        row("empty", "", 2, {"is empty"});
        row("zeros", std::string(4096, '\0'), 2, {"zeros only", "ONNX"});
        row("text", std::string("This is a text file, and no model.\n"), 2, {"text", "ONNX"});
        for (const int length : {1, 10, 100, 1000, 40000, int(sound.size()) - 1})
            QTest::addRow("first %d bytes", length)
                << sound.left(length) << 2 << QStringList{"model.onnx"};
        row("opset 999",
            SmallModel(999)
                .input("x", {2})
                .node("Tanh", {"x"}, {"y"}, "t")
                .output("y", {2})
                .bytes(),
            2, {"opset", "999"});
        row("cycle",
            SmallModel()
                .input("x", {2})
                .node("Add", {"x", "b"}, {"a"}, "n_a")
                .node("Tanh", {"a"}, {"b"}, "n_b")
                .output("b", {2})
                .bytes(),
            2, {"cycl", "n_a"});
        row("node that reads itself",
            SmallModel()
                .input("x", {2})
                .node("Tanh", {"y"}, {"y"}, "ouro")
                .output("y", {2})
                .bytes(),
            2, {"cycl", "ouro"});
        row("name written twice",
            SmallModel()
                .input("x", {2})
                .node("Tanh", {"x"}, {"Y"}, "p")
                .node("Exp", {"x"}, {"Y"}, "q")
                .output("Y", {2})
                .bytes(),
            2, {"Y"});
        row("missing initializer",
            SmallModel()
                .input("x", {2, 2})
                .node("MatMul", {"x", "W_gone"}, {"y"}, "mm")
                .output("y", {2, 2})
                .bytes(),
            1, {"W_gone", "mm"});
        row("unknown op",
            SmallModel()
                .input("x", {2, 3})
                .weight("w", {3})
                .node("Mul", {"x", "w"}, {"a"}, "mul")
                .node("FrobnicateCell", {"a"}, {"y"}, "frob")
                .output("y", {2, 3})
                .bytes(),
            1, {"FrobnicateCell", "frob", "blocked"});
        row("path around an unknown op",
            SmallModel()
                .input("x", {2, 3})
                .weight("w", {3})
                .node("Mul", {"x", "w"}, {"a"}, "mul")
                .node("FrobnicateCell", {"a"}, {"b"}, "frob")
                .node("Add", {"a", "b"}, {"y"}, "add")
                .output("y", {2, 3})
                .bytes(),
            1, {"incomplete", "frob"});
        row("wrong gate sizes", lstm(15, 5).bytes(), 1, {"lstm0", "15", "20"});
        row("a hidden size whose multiples overflow",
            SmallModel()
                .input("X", {4, 2, 3})
                .weight("W", {1, 20, 3})
                .weight("R", {1, 20, 5})
                .node("LSTM", {"X", "W", "R"}, {"Y", "Y_h"}, "lstm0")
                .attribute("hidden_size", INT64_MAX)
                .output("Y_h", {1, 2, 5})
                .bytes(),
            1, {"lstm0", "hidden_size", "9223372036854775807"});
        row("string into LSTM", lstm(20, 5, DType::String).bytes(), 1, {"lstm0", "string"});
        // Its kernel writes both results, and its gradient reads the second.
        row("an op whose second result is not named",
            SmallModel()
                .input("x", {4})
                .weight("W", {4})
                .constant("k", backstep::Tensor::ints({2}))
                .node("Add", {"x", "W"}, {"a"}, "add0")
                .node("TopK", {"a", "k"}, {"y"}, "best")
                .output("y", {2})
                .bytes(),
            0, {"W", "live"});
        row("more results than the op makes",
            SmallModel()
                .input("x", {4})
                .weight("W", {4})
                .node("Add", {"x", "W"}, {"a", "b"}, "add0")
                .node("Tanh", {"b"}, {"y"}, "tanh0")
                .output("y", {4})
                .bytes(),
            1, {"add0", "at most 1 result"});
        row("shapes that do not broadcast",
            SmallModel()
                .input("x", {4})
                .weight("W", {3})
                .node("Add", {"x", "W"}, {"y"}, "add0")
                .output("y", {4})
                .bytes(),
            1, {"add0", "[4]", "[3]"});
    }
    void saysWhatIsWrong()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, exitCode);
        QFETCH(QStringList, says);
        const QString path = m_folder.filePath("model.onnx");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        file.close();
        for (const QString format : {"text", "json"}) {
            const ProgramRun run = runProgram({"check", path, "--format", format});
            QVERIFY2(run.exitCode == exitCode,
                     qPrintable(QString("exit code %1\n%2").arg(run.exitCode).arg(run.all())));
            for (const QString& word : says)
                QVERIFY2(run.all().contains(word),
                         qPrintable("no '" + word + "' in\n" + run.all()));
        }
        const ProgramRun run = runProgram({"run", path});
        QVERIFY2(run.exitCode == exitCode,
                 qPrintable(QString("run: exit code %1\n%2").arg(run.exitCode).arg(run.all())));
    }
};

QTEST_GUILESS_MAIN(TestBrokenModels)
#include "tst_broken_models.moc"
