// Fixes written as code: the text, what is refused, and that Python reads it. That the code works
// is tried in the frameworks themselves (tests/frameworks).

#include "engine/session/exported_fix.h"
#include "tests/support/small_models.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

using namespace backstep;

namespace {

/// x [3, 5] and w [5] -> the op 'f' -> y
SmallModel oneOp(const std::string& op, const std::vector<std::string>& inputs)
{
    SmallModel model;
    model.input("x", {3, 5}).weight("w", {5}).weight("v", {5, 4}).node(op, inputs, {"y"}, "f");
    model.output("y", {3, 5});
    return model;
}

}

class TestFixCode : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;

    /// The code of a fix, or the error's text.
    QString codeFor(const std::string& bytes, const std::string& gradient, Framework framework,
                    const std::string& forward = {})
    {
        const std::string path = m_folder.filePath("model.onnx").toStdString();
        DebugSession session;
        if (!writeFile(path, bytes) || !session.open(path))
            return "no model";
        const GradientTarget target{GradientTarget::Scope::Node, "f"};
        if (const Result<void> done = session.attach({target, gradient, "a \"test\""}); !done)
            return QString::fromStdString(done.error().text());
        session.setStopsAtBreaks(false);
        session.step(StepKind::Continue);
        const Graph& program = *session.snapshot()->program;
        for (const NodeId id : program.nodeIds()) {
            if (program.node(id).origin.name != "f")
                continue;
            const Result<FixToExport> fix = fixOf(session, id, forward);
            const Result<std::string> code =
                fix ? codeOf(program, *fix, framework) : Result<std::string>(fix.error());
            return QString::fromStdString(code ? *code : code.error().text());
        }
        return "no op";
    }

private slots:
    // Written by hand, as one would write it in the framework.
    void writesTheFunction_data()
    {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QStringList>("inputs");
        QTest::addColumn<QString>("gradient");
        QTest::addColumn<int>("framework");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const char* op, const QStringList& inputs,
                            const char* gradient, Framework framework, const char* part) {
            QTest::newRow(name) << op << inputs << gradient << int(framework) << part;
        };
        row("Keras", "Sign", {"x"}, "dy * (torch.abs(x) <= 1).float()", Framework::TensorFlow,
            R"(@tf.custom_gradient
def sign(x):
    y = tf.sign(x)

    def grad(dy):
        dx = dy * tf.cast(tf.abs(x) <= 1.0, dy.dtype)
        return dx

    return y, grad
)");
        row("Keras, the layer", "Sign", {"x"}, "dy", Framework::TensorFlow,
            R"(@keras.saving.register_keras_serializable(package="backstep")
class Sign(keras.layers.Layer):
    def call(self, x):
        return sign(x)
)");
        row("PyTorch", "Sign", {"x"}, "dy * tf.exp(-x**2)", Framework::PyTorch,
            R"(class SignFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.sign(x)
        ctx.save_for_backward(x)
        return y

    @staticmethod
    def backward(ctx, dy):
        (x,) = ctx.saved_tensors
        dx = dy * torch.exp(-(x * x))
        return dx
)");
        row("JAX", "Tanh", {"x"}, "dy * (1 - y)", Framework::Jax,
            R"(@jax.custom_vjp
def tanh(x):
    y = jnp.tanh(x)
    return y


def tanh_forward(x):
    y = tanh(x)
    return y, (y,)


def tanh_backward(residuals, dy):
    (y,) = residuals
    dx = dy * (1.0 - y)
    return (dx,)


tanh.defvjp(tanh_forward, tanh_backward)
)");
        row("what broadcasting made larger is summed", "Add", {"x", "w"}, "dA = dy, dB = dy",
            Framework::TensorFlow,
            R"(        dB = tf.squeeze(tf.reduce_sum(dy, axis=-2, keepdims=True), axis=0)
        return dy, dB
)");
        row("a product", "MatMul", {"x", "v"}, "dA = dy @ B.T, dB = None", Framework::PyTorch,
            R"(        (B,) = ctx.saved_tensors
        dA = dy @ B.T
        return dA, None
)");
        row("sizes that are part of it", "Sign", {"x"}, "dy / x.shape[0]", Framework::Jax,
            R"(    if x.shape[0] != 3:
        raise ValueError(f"x is {tuple(x.shape)}; the code was written for 3 at axis 0")
    y = jnp.sign(x)
)");
        row("what fails without it", "Sign", {"x"}, "dy", Framework::PyTorch,
            R"(    x.requires_grad_()
    y = Sign()(x)
    (dx,) = torch.autograd.grad([y], [x], [dy], allow_unused=True)
)");
        row("what is known of it", "Sign", {"x"}, "dy", Framework::Jax,
            R"(# Sign 'f' with a gradient of its own.
# In the model it reads float32 [3, 5].
#
# Verdict: surrogate. )");
        row("the reason", "Sign", {"x"}, "dy", Framework::TensorFlow, "# Reason: a \"test\"\n");
    }
    void writesTheFunction()
    {
        QFETCH(QString, op);
        QFETCH(QStringList, inputs);
        QFETCH(QString, gradient);
        QFETCH(int, framework);
        QFETCH(QString, part);
        std::vector<std::string> names;
        for (const QString& input : inputs)
            names.push_back(input.toStdString());
        const QString code = codeFor(oneOp(op.toStdString(), names).bytes(), gradient.toStdString(),
                                     static_cast<Framework>(framework));
        QVERIFY2(code.contains(part), qPrintable(code));
    }

    void refusesByName_data()
    {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QString>("gradient");
        QTest::addColumn<int>("framework");
        QTest::addColumn<QString>("says");
        QTest::newRow("a forward that nobody knows")
            << "Quantize"
            << "dy" << int(Framework::Jax) << "What 'f' (Quantize) computes is not known";
        QTest::newRow("a slice that PyTorch has not")
            << "Sign"
            << "dy[::-2][:1] + 0 * x" << int(Framework::PyTorch)
            << "Slice has no form in PyTorch: PyTorch has no slices with a negative step";
    }
    void refusesByName()
    {
        QFETCH(QString, op);
        QFETCH(QString, gradient);
        QFETCH(int, framework);
        QFETCH(QString, says);
        const QString text = codeFor(oneOp(op.toStdString(), {"x"}).bytes(), gradient.toStdString(),
                                     static_cast<Framework>(framework));
        QVERIFY2(text.contains(says), qPrintable(text));
    }

    void givesUserKnownOpsTheirForward()
    {
        const QString code = codeFor(oneOp("Quantize", {"x"}).bytes(), "dy", Framework::TensorFlow,
                                     "torch.round(x * 4) / 4");
        QVERIFY2(code.contains("def quantize(x):\n    y = tf.round(x * 4.0) / 4.0\n"),
                 qPrintable(code));
    }

    // A forward in the place of the op, without a gradient of its own: the framework finds it.
    void writesWhatIsComputedInsteadOfTheOp_data()
    {
        QTest::addColumn<QString>("forward");
        QTest::addColumn<int>("framework");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const char* forward, Framework framework,
                            const char* part) {
            QTest::newRow(name) << QString(forward) << int(framework) << QString(part);
        };
        row("Keras", "torch.tanh(8 * x)", Framework::TensorFlow, R"(def sign(x):
    y = tf.tanh(8.0 * x)
    return y


@keras.saving.register_keras_serializable(package="backstep")
class Sign(keras.layers.Layer):
    def call(self, x):
        return sign(x)
)");
        row("PyTorch", "tf.tanh(8 * x)", Framework::PyTorch, R"(def sign(x):
    y = torch.tanh(8.0 * x)
    return y


class Sign(torch.nn.Module):
    def forward(self, x):
        return sign(x)
)");
        row("JAX", "tf.tanh(8 * x)", Framework::Jax, R"(def sign(x):
    y = jnp.tanh(8.0 * x)
    return y


def check()");
        row("a cut in it", "x + tf.stop_gradient(tf.sign(x) - x)", Framework::PyTorch,
            "    y = x + (torch.sign(x) - x).detach()\n");
        row("a weight of the model", "x * weight('w')", Framework::Jax, "def sign(x, w):\n");
        row("and which one", "x * weight('w')", Framework::Jax,
            "# w is the weight 'w' of the model.\n");
        row("what it is", "torch.tanh(8 * x)", Framework::Jax,
            "# Sign 'f' with a forward of its own.\n# In the model it reads float32 [3, 5].\n");
        row("one that TensorFlow does not differentiate", "torch.fmod(x, 2)", Framework::TensorFlow,
            "TensorFlow has no gradient for tf.truncatemod");
        row("the slope of it", "tf.tanh(x)", Framework::Jax, "    (dx,) = vjp(dy)\n");
    }
    void writesWhatIsComputedInsteadOfTheOp()
    {
        QFETCH(QString, forward);
        QFETCH(int, framework);
        QFETCH(QString, part);
        const std::string path = m_folder.filePath("model.onnx").toStdString();
        QVERIFY(writeFile(path, oneOp("Sign", {"x"}).bytes()));
        OpenOptions options;
        options.forwards = {{"f", forward.toStdString()}};
        DebugSession session;
        const Result<void> opened = session.open(path, options);
        QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
        session.setStopsAtBreaks(false);
        session.step(StepKind::Continue);
        const Graph& program = *session.snapshot()->program;
        for (const NodeId id : program.nodeIds()) {
            const Node& node = program.node(id);
            if (node.origin.source != "Sign" || node.origin.phase != Phase::Forward)
                continue;
            const Result<FixToExport> fix = fixOf(session, id);
            QVERIFY2(fix, fix ? "" : fix.error().text().c_str());
            const Result<std::string> code =
                codeOf(program, *fix, static_cast<Framework>(framework));
            const std::string text = code ? *code : code.error().text();
            QVERIFY2(QString::fromStdString(text).contains(part), text.c_str());
            return;
        }
        QFAIL("no op");
    }

    void isPython_data()
    {
        QTest::addColumn<QString>("gradient");
        QTest::newRow("an expression") << "dy * tf.exp(-x**2)";
        QTest::newRow("quotes and line feeds") << "# \"\"\" it's \\ \u202e\ng = dy * 2\ndx = g\n";
        QTest::newRow("numbers that are none") << "dy * np.where(x > 9, np.inf, 0.5)";
    }
    void isPython()
    {
        QFETCH(QString, gradient);
        const QString python = QStandardPaths::findExecutable("python3");
        QVERIFY2(!python.isEmpty(), "python3 is one of app/packages.txt");
        for (const Framework framework : kFrameworks) {
            const QString code =
                codeFor(oneOp("Sign", {"x"}).bytes(), gradient.toStdString(), framework);
            QVERIFY2(code.contains("def test_sign_gradient"), qPrintable(code));
            QProcess reader;
            reader.start(python, {"-c", "import ast, sys; ast.parse(sys.stdin.buffer.read())"});
            reader.write(code.toUtf8());
            reader.closeWriteChannel();
            QVERIFY(reader.waitForFinished());
            QVERIFY2(reader.exitCode() == 0, reader.readAllStandardError() + code.toUtf8());
        }
    }
};

QTEST_GUILESS_MAIN(TestFixCode)
#include "tst_fix_code.moc"
