// `backstep export`: a fix as code, from the command line.
#include "tests/support/program.h"

#include <QtTest>

namespace {

const QString kSign = BACKSTEP_TEST_DATA "/models/seed1_sign/model.onnx";

}

class TestExportCommand : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;

private slots:
    void givesItsExitCode_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("says");
        const QString text = m_folder.filePath("words.onnx");
        const ProgramRun made = runProgram({"example", "words", text});
        QVERIFY2(made.exitCode == 0, qPrintable(made.all()));
        const QStringList sign{"export", kSign, "--op", "Sign"};
        const QStringList given = sign + QStringList{"--gradient", "Sign=dy"};
        QTest::newRow("a surrogate")
            << given + QStringList{"--to", "pytorch", "--accept-surrogate", "binary"} << 0
            << "class SignFunction(torch.autograd.Function)";
        QTest::newRow("for Keras by its own name")
            << given + QStringList{"--to", "keras", "--accept-surrogate", "binary"} << 0
            << "class Sign(keras.layers.Layer)";
        QTest::newRow("not accepted")
            << given + QStringList{"--to", "jax"} << 1 << "# Verdict: differs";
        QTest::newRow("no gradient")
            << sign + QStringList{"--to", "jax"} << 3 << "No gradient is attached";
        QTest::newRow("some timesteps (R15b)")
            << QStringList{"export", kSign, "--op",       "Sign@3",
                           "--to",   "jax", "--gradient", "Sign=dy"}
            << 3 << "'Sign@3' means some timesteps only";
        QTest::newRow("no such op") << QStringList{"export", kSign, "--op", "Sgn", "--to", "jax"}
                                    << 3 << "Did you mean 'Sign'?";
        QTest::newRow("no such framework")
            << given + QStringList{"--to", "theano"} << 3 << "not 'theano'";
        QTest::newRow("no framework") << given << 3 << "--to";
        QTest::newRow("no model") << QStringList{"export", "none.onnx", "--op",
                                                 "Sign",   "--to",      "jax"}
                                  << 2 << "none.onnx";
        QTest::newRow("what is put before text")
            << QStringList{"export", text, "--op", "LSTM", "--to", "tensorflow"} << 0
            << "tf.strings.unicode_decode(texts, \"UTF-8\")";
        QTest::newRow("words of the file's data")
            << QStringList{"export", text, "--op", "LSTM", "--to", "pytorch", "--choice", "2"} << 0
            << "WORDS = [\"";
        QTest::newRow("one-hot vectors")
            << QStringList{"export", text, "--op", "LSTM", "--to", "jax", "--choice", "3"} << 0
            << "jax.nn.one_hot(ids_of(texts), ";
        QTest::newRow("texts as numbers")
            << QStringList{"export", text, "--op", "LSTM", "--to", "tensorflow", "--choice", "4"}
            << 3 << "'hello' is no number";
        QTest::newRow("a fix of the library")
            << sign + QStringList{"--fix", "Sign=soft-sign:8", "--to", "pytorch"} << 0
            << "class Sign(torch.nn.Module):\n    def forward(self, x):\n        return sign(x)\n";
        QTest::newRow("a forward alone")
            << sign + QStringList{"--forward", "Sign=torch.tanh(4 * x)", "--to", "jax"} << 0
            << "    y = jnp.tanh(4.0 * x)\n";
        QTest::newRow("a cut") << sign + QStringList{"--gradient", "Sign=None", "--to", "jax"} << 3
                               << "The gradient is cut at";
        QTest::newRow("no such choice")
            << QStringList{"export", text, "--op", "LSTM", "--to", "pytorch", "--choice", "9"} << 3
            << "There are 4 choices";
        QTest::newRow("no place to write to")
            << given + QStringList{"--to", "jax", "-o", "/nowhere/fix.py"} << 2 << "/nowhere";
    }
    void givesItsExitCode()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, exitCode);
        QFETCH(QString, says);
        const ProgramRun run = runProgram(arguments);
        QVERIFY2(run.all().contains(says), qPrintable(run.all()));
        QCOMPARE(run.exitCode, exitCode);
    }

    void takesTheGradientThatTheFileKeeps()
    {
        QTemporaryDir folder;
        const QString kept = folder.filePath("kept.onnx"), code = folder.filePath("fix.py");
        const ProgramRun saved =
            runProgram({"convert", kSign, kept, "--gradient", "Sign=dy * (1 - tf.tanh(x)**2)",
                        "--accept-surrogate", "binary"});
        QVERIFY2(saved.exitCode == 0, qPrintable(saved.all()));
        const ProgramRun run =
            runProgram({"export", kept, "--op", "Sign", "--to", "tensorflow", "-o", code});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        QFile file(code);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = file.readAll();
        QVERIFY2(text.contains("# Reason: binary\n"), qPrintable(text));
        QVERIFY2(text.contains("# Gradient as given:\n#     dy * (1 - tf.tanh(x)**2)\n"),
                 qPrintable(text));
    }
};

QTEST_GUILESS_MAIN(TestExportCommand)
#include "tst_export_command.moc"
