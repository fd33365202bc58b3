// A pasted function that computes something too is compared with its op: a gradient of another
// function is the commonest mistake.

#include "engine/session/gradient_verdicts.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace backstep;

namespace {

/// On a Tanh that saw -1, 0, 0.5 and 2.
JudgedGradient judged(const QString& gradient)
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("m.onnx").toStdString();
    SmallModel file;
    file.input("x", {4}).node("Identity", {"x"}, {"h"}, "before");
    file.node("Tanh", {"h"}, {"y"}, "f").output("y", {4});
    OpenOptions options;
    options.inputs.given["x"] = Tensor::of<float>({4}, {-1, 0, 0.5, 2});
    DebugSession session;
    if (!writeFile(path, file.bytes()) || !session.open(path, options))
        return {};
    session.step(StepKind::ForwardEnd);
    return verdictOn(session, {{GradientTarget::Scope::OpType, "Tanh"}, gradient.toStdString()});
}

}

class PastedForwardsTest : public QObject
{
    Q_OBJECT
private slots:
    void comparesThePastedForward_data();
    void comparesThePastedForward();
};

void PastedForwardsTest::comparesThePastedForward_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::addColumn<double>("largest"); // NumPy 2: abs(forward - np.tanh(x)); -1: none
    const QString equal = "Its forward is that of tanh: it is equal on 4 values.",
                  other = "Its forward is not that of tanh, so it is the gradient of another "
                          "function: it differs by at most ";
    QTest::newRow("tf.custom_gradient") << "@tf.custom_gradient\n"
                                           "def f(x):\n"
                                           "  y = tf.math.tanh(x)\n"
                                           "  def grad(dy):\n"
                                           "    return dy * (1 - y**2)\n"
                                           "  return y, grad"
                                        << equal << 0.0;
    QTest::newRow("the same function, written otherwise")
        << "class F(torch.autograd.Function):\n"
           "  @staticmethod\n"
           "  def forward(ctx, x):\n"
           "    y = 2 * torch.sigmoid(2 * x) - 1\n"
           "    ctx.save_for_backward(y)\n"
           "    return y\n"
           "  @staticmethod\n"
           "  def backward(ctx, g):\n"
           "    y, = ctx.saved_tensors\n"
           "    return g * (1 - y**2)"
        << equal << 0.0;
    QTest::newRow("autograd.Function of another function")
        << "class F(torch.autograd.Function):\n"
           "  @staticmethod\n"
           "  def forward(ctx, x):\n"
           "    ctx.save_for_backward(x)\n"
           "    return x\n"
           "  @staticmethod\n"
           "  def backward(ctx, g):\n"
           "    x, = ctx.saved_tensors\n"
           "    return g * (1 - torch.tanh(x)**2)"
        << other + "1.04 at [3]: 2 in place of 0.964, where x = 2" << 1.0359724199241831;
    QTest::newRow("custom_vjp of another function") << "@jax.custom_vjp\n"
                                                       "def f(x):\n"
                                                       "  return jnp.tanh(2 * x)\n"
                                                       "def fwd(x):\n"
                                                       "  return f(x), x\n"
                                                       "def bwd(x, g):\n"
                                                       "  return (g * jnp.exp(-x**2),)\n"
                                                       "f.defvjp(fwd, bwd)"
                                                    << other + "0.299" << 0.2994769986957551;
    QTest::newRow("another shape")
        << "@tf.custom_gradient\n"
           "def f(x):\n"
           "  def grad(dy):\n"
           "    return dy * tf.ones_like(x)\n"
           "  return tf.reduce_sum(x), grad"
        << "Its forward was not compared with tanh: The text computes" << -1.0;
    QTest::newRow("no forward of its own") << "def grad(dy): return dy * (1 - tf.tanh(x)**2)"
                                           << "Equals the derivative of tanh" << -1.0;
}

void PastedForwardsTest::comparesThePastedForward()
{
    QFETCH(QString, text);
    QFETCH(QString, says);
    QFETCH(double, largest);
    const JudgedGradient given = judged(text);
    QVERIFY2(QString::fromStdString(given.sentence).contains(says), given.sentence.c_str());
    QCOMPARE(given.forward.has_value(), largest >= 0);
    if (given.forward)
        QVERIFY2(std::abs(given.forward->largest - largest) < 1e-12,
                 qPrintable(QString::number(given.forward->largest, 'g', 17)));
    QCOMPARE(QString::fromStdString(given.sentence).contains("forward"), says.contains("forward"));
}

QTEST_APPLESS_MAIN(PastedForwardsTest)
#include "tst_pasted_forwards.moc"
