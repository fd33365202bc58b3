#include "tests/support/arrays.h"
#include "tests/support/program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace backstep;

namespace {

const QString kModels = BACKSTEP_TEST_DATA "/models/";
const QString kSign = kModels + "seed1_sign/model.onnx";
const QString kSignData = kModels + "seed1_sign/reference.npz";

}

class TestCommandLine : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    QString at(const char* name) const { return m_folder.filePath(name); }

private slots:
    void initTestCase()
    {
        const ProgramRun healthy =
            runProgram({"new", "x: float32[2, 5, 3] -> LSTM(4) -> tanh -> Dense(2) -> mse",
                        at("healthy.onnx")});
        QVERIFY2(healthy.exitCode == 0, qPrintable(healthy.all()));
        QVERIFY(QDir(m_folder.path()).mkdir("empty"));
        QFile lookup(at("lookup.txt"));
        QVERIFY(lookup.open(QIODevice::WriteOnly) &&
                lookup.write("LookupError: gradient registry has no entry for: TruncateMod\n") > 0);
        QFile text(at("text.onnx"));
        QVERIFY(text.open(QIODevice::WriteOnly) && text.write("no model\n") > 0);
    }

    void givesItsExitCode_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, QStringList arguments, int exitCode,
                            const QString& says) {
            QTest::newRow(name) << arguments << exitCode << says;
        };
        row("help", {"--help"}, 0, "check");
        row("help of a command", {"run", "--help"}, 0, "--inputs");
        row("version", {"--version"}, 0, "backstep 0.1");
        row("no display", {}, 4, "backstep check MODEL.onnx");
        row("unknown option", {"check", kSign, "--frobnicate"}, 3, "--frobnicate");
        row("no file", {"check"}, 3, "files");
        row("a profile", {"check", kModels + "tf_cell_round/model.onnx", "--profile", "tensorflow"},
            1, "TensorFlow, graph: zero");
        row("the same, eager",
            {"check", kModels + "tf_cell_round/model.onnx", "--profile", "tensorflow:eager"}, 1,
            "TensorFlow, eager: None");
        row("a profile that sees no fault",
            {"check", kModels + "jax_skip_sign/model.onnx", "--profile", "jax"}, 0, "JAX: value");
        row("a profile of nobody", {"check", kSign, "--profile", "theano"}, 3, "theano");
        row("explain", {"explain", "--traceback", at("lookup.txt")}, 0, "[missing-gradient]");
        row("explain in a model",
            {"explain", kModels + "lstm_break_lookuperror/model.onnx", "--traceback",
             at("lookup.txt")},
            0, "lstm_break_lookuperror_1/mid_1/TruncateMod");
        row("explain what nobody knows", {"explain", "--traceback", at("text.onnx")}, 1,
            "I don't know this one");
        row("explain a file that is not there", {"explain", "--traceback", at("none.txt")}, 2,
            "none.txt");
        row("unknown format", {"check", kSign, "--format", "yaml"}, 3, "yaml");
        row("unknown fail word", {"check", kSign, "--fail-on", "zero,nothing"}, 3, "'nothing'");
        row("unknown loss", {"run", kSign, "--loss", "hinge"}, 3, "'hinge'");
        row("unknown dtype", {"run", kSign, "--dtype", "int8"}, 3, "'int8'");
        row("memory that is no size", {"run", kSign, "--memory", "lots"}, 3, "--memory");
        row("no thread", {"run", kSign, "--threads", "0"}, 3, "--threads");
        row("memory is bounded", {"run", kSign, "--memory", "1"}, 0, "results and gradients alone");
        row("dimension without size", {"run", kSign, "--dim", "batch"}, 3, "NAME=SIZE");
        row("gradient without op", {"run", kSign, "--gradient", "dy"}, 3, "OP=EXPRESSION");

        row("check: zero gradient", {"check", kSign}, 1, "Sign");
        row("check: not asked for", {"check", kSign, "--fail-on", "unknown,dtype"}, 0, "zero");
        row("check: healthy", {"check", at("healthy.onnx")}, 0, "No problems found.");
        row("check: fixed by a gradient",
            {"check", kSign, "--gradient", "Sign=dy", "--accept-surrogate", "straight through"}, 0,
            "live");
        row("check: a gradient that differs", {"check", kSign, "--gradient", "Sign=dy"}, 1,
            "differs: exact gradient of the identity");
        row("check: a gradient that differs is a finding",
            {"check", at("healthy.onnx"), "--gradient", "Tanh=dy * exp(-x**2)"}, 1,
            "[not-derivative]");
        row("check: a dead gradient is a finding", {"check", kSign, "--gradient", "Sign=dy * 0"}, 1,
            "[dead-but-passes]");
        row("check: missing file", {"check", at("none.onnx")}, 2, "No such file");
        row("check: text file", {"check", at("text.onnx")}, 2, "text");
        row("check: the largest code counts", {"check", at("healthy.onnx"), at("none.onnx"), kSign},
            2, "Sign");
        row("check: folder", {"check", m_folder.path()}, 2, "healthy.onnx");
        row("check: empty folder", {"check", at("empty")}, 2, "no .onnx file");

        row("run: zero is an answer", {"run", kSign}, 0, "zero");
        row("run: a gradient that differs",
            {"run", at("healthy.onnx"), "--gradient", "Tanh=dy * exp(-x**2)"}, 1,
            "Does not match: tanh has dx = dy * (1 - tanh(x)**2).");
        row("check: the findings by all four profiles", {"check", kSign, "--compare"}, 1,
            "zeros [zero-gradient]  zeros [zero-gradient]  zeros [zero-gradient]");
        row("run: a surrogate", {"run", kSign, "--gradient", "Sign=dy * (1 - tanh(x)**2)"}, 1,
            "as a surrogate must");
        row("run: a pasted function of something else",
            {"run", kSign, "--gradient",
             "Sign=@tf.custom_gradient\ndef f(x):\n  def grad(dy):\n    return dy\n"
             "  return x, grad"},
            1, "Its forward is not that of sign, so it is the gradient of another function");
        row("run: a surrogate that is accepted",
            {"run", kSign, "--gradient", "Sign=dy * (1 - tanh(x)**2)", "--accept-surrogate",
             "binary activations"},
            0, "surrogate: exact gradient of tanh");
        row("run: the derivative itself",
            {"run", at("healthy.onnx"), "--gradient", "Tanh=dy * (1 - y * y)"}, 0,
            "Gradient of every Tanh: exact");
        row("run: not finite", {"run", kSign, "--gradient", "Sign=dy / (x - x)"}, 1, "invalid");
        row("run: bad expression", {"run", kSign, "--gradient", "Sign=dy *"}, 3, "end of the text");
        row("run: unknown name", {"run", kSign, "--gradient", "Sign=dy * xx"}, 3, "'xx'");
        row("run: unknown op", {"run", kSign, "--gradient", "Sing=dy"}, 3, "Did you mean 'Sign'?");
        row("run: a gradient of several lines",
            {"run", kSign, "--gradient", "Sign=def grad(dy):\n    return dy * torch.foo(x)"}, 3,
            "return dy * torch.foo(x)");
        row("run: a forward", {"run", kSign, "--forward", "Sign=tf.tanh(x)"}, 0,
            "computes what was given for it: tf.tanh(x)");
        row("run: a forward without an op", {"run", kSign, "--forward", "Sing=x"}, 3,
            "Did you mean 'Sign'?");
        row("run: a bad forward", {"run", kSign, "--forward", "Sign=tf.tahn(x)"}, 3,
            "Did you mean 'tanh'?");
        row("run: a forward without an expression", {"run", kSign, "--forward", "Sign"}, 3,
            "--forward wants OP=EXPRESSION");
        row("run: missing data", {"run", kSign, "--inputs", at("none.npz")}, 2, "none.npz");
        row("run: data that is no archive", {"run", kSign, "--inputs", at("text.onnx")}, 2, "npz");
        row("run: data of another model", {"run", at("healthy.onnx"), "--inputs", kSignData}, 3,
            "[4, 12, 8]");

        row("gradcheck: healthy", {"gradcheck", at("healthy.onnx")}, 0, "(whole model)");
        row("gradcheck: zero is no pass", {"gradcheck", kSign}, 0, "zero almost everywhere");
        row("gradcheck: one op", {"gradcheck", kSign, "--op", "Sigmoid"}, 0, "3 exact");
        row("gradcheck: unknown op", {"gradcheck", kSign, "--op", "Sgn"}, 3,
            "Did you mean 'Sign'?");
        row("gradcheck: wrong gradient",
            {"gradcheck", at("healthy.onnx"), "--op", "Tanh", "--gradient", "Tanh=dy*2"}, 1,
            "differs");
        row("gradcheck: accepted",
            {"gradcheck", at("healthy.onnx"), "--op", "Tanh", "--gradient", "Tanh=dy*2",
             "--accept-surrogate", "steeper on purpose"},
            0, "surrogate");
        row("gradcheck: missing file", {"gradcheck", at("none.onnx")}, 2, "No such file");

        row("convert: training graph", {"convert", kSign, at("t.onnx"), "--training-graph"}, 0,
            "Wrote");
        row("convert: the model", {"convert", kSign, at("c.onnx")}, 0, "Wrote");
        row("convert: an op that nobody knows",
            {"convert", kModels + "states/blocked.onnx", at("t.onnx"), "--training-graph"}, 1,
            "does not know");
        row("convert: nowhere to write", {"convert", kSign}, 3, "files");
        row("convert: a folder that is not there", {"convert", kSign, at("none/t.onnx")}, 2,
            "none/t.onnx");

        row("ops", {"ops"}, 0, "ReduceL2");
        row("ops: table", {"ops", "--markdown"}, 0, "| [Tanh](#tanh) | kernel | rule |");

        row("example: list", {"example"}, 0, "sign");
        row("example: unknown", {"example", "sing", at("e.onnx")}, 3, "sign");
        row("example: no file to write", {"example", "sign"}, 3, "example");
        row("example: folder that is not there", {"example", "sign", at("none/e.onnx")}, 2,
            "none/e.onnx");
        row("new: mistake", {"new", "x: float32[2] -> LTSM(4)", at("n.onnx")}, 3,
            "Did you mean 'LSTM'?");
    }
    void givesItsExitCode()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, exitCode);
        QFETCH(QString, says);
        const ProgramRun run = runProgram(arguments);
        QVERIFY2(run.exitCode == exitCode,
                 qPrintable(QString("exit code %1\n%2").arg(run.exitCode).arg(run.all())));
        QVERIFY2(run.all().contains(says), qPrintable(run.all()));
    }

    void putsACaretUnderTheMistake()
    {
        const ProgramRun run = runProgram({"new", "x: float32[2] -> LTSM(4)", at("n.onnx")});
        QVERIFY2(run.error.contains("  x: float32[2] -> LTSM(4)\n                   ^\n"),
                 qPrintable(run.error));
    }

    void putsACaretUnderAMistakenGradient()
    {
        const ProgramRun run = runProgram({"run", kSign, "--gradient", "Sign=dy * tahn(x)"});
        QCOMPARE(run.exitCode, 3);
        QVERIFY2(run.error.contains("  dy * tahn(x)\n       ^\n"), qPrintable(run.error));
    }

    void printsOneJsonObjectAFile()
    {
        const ProgramRun run = runProgram({"check", kSign, at("healthy.onnx"), "--format", "json"});
        const QStringList lines = run.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        const QJsonObject sign = QJsonDocument::fromJson(lines[0].toUtf8()).object();
        for (const QString field :
             {"file", "format", "producer", "assumptions", "weights", "findings"})
            QVERIFY2(sign.contains(field), qPrintable(field));
        QMap<QString, int> statuses;
        for (const QJsonValue& weight : sign["weights"].toArray())
            ++statuses[weight.toObject()["status"].toString()];
        QCOMPARE(statuses, (QMap<QString, int>{{"live", 2}, {"zero", 3}}));
        QCOMPARE(sign["findings"].toArray()[0].toObject()["type"].toString(), "Sign");
        const QJsonObject healthy = QJsonDocument::fromJson(lines[1].toUtf8()).object();
        QVERIFY(healthy["findings"].toArray().isEmpty());
    }

    void writesAnExampleWithItsData()
    {
        QCOMPARE(runProgram({"example", "1", at("sign.onnx")}).exitCode, 0);
        const auto data = arraysIn(at("sign.npz"));
        QVERIFY(data.contains("x") && data.contains("target"));
        const ProgramRun run = runProgram({"run", at("sign.onnx"), "--inputs", at("sign.npz")});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        QVERIFY2(!run.out.contains("Not used"), qPrintable(run.out));
    }
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
