#include "engine/expressions/expression.h"
#include "tests/engine/expressions/lowered_text.h"

#include <QtTest>

#include <cmath>

using namespace backstep;

namespace {

/// x, dy (float64 [4] or another dtype) and n (int64 [4]) as constants of a small graph.
struct Fixture : LoweredText {
    explicit Fixture(DType dtype = DType::Float64)
    {
        bindings["x"] =
            builder.constant(Tensor::of<double>({4}, {-1.5, 0.0, 0.5, 2.0}).converted(dtype), "x");
        bindings["dy"] =
            builder.constant(Tensor::of<double>({4}, {1.0, -2.0, 3.0, 0.5}).converted(dtype), "dy");
        bindings["n"] = builder.constant(Tensor::ints({1, 2, 3, 4}), "n");
        bindings["words"] = builder.constant(Tensor::ofStrings({1}, {"a"}), "words");
        bindings["tall"] = builder.constant(Tensor(TensorType{dtype, {3, 1}}), "tall");
        bindings["long"] = builder.constant(Tensor(TensorType{dtype, {5}}), "long");
        bindings["absent"] = Value();
    }
    Result<std::vector<Value>> lowered(const char* text)
    {
        const Result<Expression> expression = parse(text);
        if (!expression)
            return expression.error();
        return lower(*expression, bindings, builder);
    }
    /// The gradient of an op with the input x [4].
    Result<LoweredGradient> gradient(const char* text)
    {
        const Result<Expression> expression = parse(text);
        if (!expression)
            return expression.error();
        OpValues op{{"x"}, {bindings["x"]}, {}, {bindings["dy"]}, bindings};
        return lowerGradient(*expression, op, builder);
    }
    Bindings bindings;
};

}

class TestLowering : public QObject
{
    Q_OBJECT
private slots:
    /// Expected: the same text in NumPy (math.erf for erf), with
    /// x = [-1.5, 0, 0.5, 2], dy = [1, -2, 3, 0.5], n = [1, 2, 3, 4]; where(x, ...) is numpy.where.
    void computesWhatNumpyComputes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<double>>("expected");
        const auto row = [](const char* text, QList<double> expected) {
            QTest::newRow(text) << QString(text) << expected;
        };
        row("dy * (1 - tf.math.tanh(x)**2)",
            {0.18070663892364836, -2.0, 2.359343198897782, 0.035325412426582214});
        row("dy * tf.math.exp(-x**2)",
            {0.10539922456186433, -2.0, 2.3364023492142145, 0.00915781944436709});
        row("grad_output * torch.cos(x)",
            {0.0707372016677029, -2.0, 2.6327476856711183, -0.2080734182735712});
        row("g * jnp.where(jnp.abs(x) < 1, 1., 0.)", {0.0, -2.0, 3.0, 0.0});
        row("dy * (x > 0)", {0.0, -0.0, 3.0, 0.5});
        row("dy * ((x > -1) & (x <= 0.5))", {0.0, -2.0, 3.0, 0.0});
        row("dy * ~(x == 0)", {1.0, -0.0, 3.0, 0.5});
        row("dy * (x != 0) - (x >= 2)", {1.0, -0.0, 3.0, -0.5});
        row("where(x, dy, 7)", {1.0, 7.0, 3.0, 0.5});
        row("tf.clip_by_value(dy, -1, 1)", {1.0, -1.0, 1.0, 0.5});
        row("clip(dy, x - 1, x + 1)", {-0.5, -1.0, 1.5, 1.0});
        row("maximum(x, 0) + minimum(x, dy)", {-1.5, -2.0, 1.0, 2.5});
        row("x**3 + x**4 - x**1", {3.1875, 0.0, -0.3125, 22.0});
        row("(x + 2)**0.5 / 2**-1",
            {1.4142135623730951, 2.8284271247461903, 3.1622776601683795, 4.0});
        row("2**x", {0.3535533905932738, 1.0, 1.4142135623730951, 4.0});
        row("square(x) * sign(x) + relu(x)", {-2.25, 0.0, 0.75, 6.0});
        row("sigmoid(x) + erf(x) + sin(x)",
            {-1.781174609273009, 0.5, 1.6223847476191042, 2.7854167698225165});
        row("log(x + 3) * sqrt(x + 2)",
            {0.2867071274778196, 1.5536723984241867, 1.980792174379563, 3.2188758248682006});
        row("dy * 0 + tf.ones_like(x) - tf.zeros_like(x)", {1.0, 1.0, 1.0, 1.0});
        row("dy * n", {1.0, -4.0, 9.0, 2.0});
        row("-x - -dy", {2.5, -2.0, 2.5, -1.5});
    }
    void computesWhatNumpyComputes()
    {
        QFETCH(QString, text);
        QFETCH(QList<double>, expected);
        for (const DType dtype : {DType::Float64, DType::Float32}) {
            Fixture fixture(dtype);
            const auto values = fixture.lowered(text.toUtf8().constData());
            QVERIFY2(bool(values), values ? "" : values.error().text().c_str());
            QCOMPARE(values->front().dtype(), dtype);
            const Result<Tensor> result = fixture.run(values->front());
            QVERIFY2(bool(result), result ? "" : result.error().text().c_str());
            const double tolerance = dtype == DType::Float64 ? 1e-14 : 1e-6;
            for (int i = 0; i < 4; ++i) {
                const double found = result->number(result->count() == 1 ? 0 : i);
                QVERIFY2(
                    std::abs(found - expected[i]) <=
                        tolerance * std::max(1.0, std::abs(expected[i])),
                    qPrintable(QString("%1: %2, wanted %3").arg(i).arg(found).arg(expected[i])));
            }
        }
    }

    void refusesWhatDoesNotFit_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown name") << "not_a_name * dy" << 0 << "'not_a_name'";
        QTest::newRow("near a known one") << "dy * wors" << 5 << "Did you mean 'words'?";
        QTest::newRow("string") << "dy * words" << 5 << "is string";
        QTest::newRow("shapes") << "dy + long" << 3 << "[4]";
        QTest::newRow("absent input") << "dy * absent" << 5 << "optional input";
        QTest::newRow("None inside") << "dy + None" << 3 << "None stands alone";
        const auto row = [](const char* name, const char* text, int column, const char* says) {
            QTest::newRow(name) << QString(text) << column << QString(says);
        };
        row("dunder import", "__import__('os').mkdir('x')", 0, "'__import__'");
        row("attribute", "x.__class__.__base__", 0, "x.__class__.__base__");
        row("assignment", "dy = x", 3, "'dy =' names no input");
        row("assignment to a sum", "dx + 1 = x", 7, "'='");
        row("open", "open(\"secret.bin\")", 0, "'open'");
        row("read_file", "tf.io.read_file(x)", 0, "read_file");
        row("unknown function", "tf.math.nosuch(x)", 0, "nosuch");
        row("slip of the fingers", "dy * tf.math.tahn(x)", 5, "Did you mean 'tanh'?");
        row("of another module", "dy * tf.math.clamp(x, 0, 1)", 5, "It exists as torch.clamp");
        row("unknown prefix", "os.exp(x)", 0, "'os' is no known module");
        row("too large", "9**9**9**9 * dy", 4, "finite");
        row("division of numbers", "dy * (1/0)", 7, "finite");
        row("string", "dy * \"text\"", 3, "string");
        row("no argument", "tf.math.exp()", 0, "exp takes 1 argument and got 0");
        row("three arguments", "tf.math.exp(x, x, x)", 0, "exp takes 1 argument and got 3");
        row("unknown argument", "torch.sum(x, along=1)", 0, "sum(input, dim=None, keepdim=False)");
        row("numbers only", "math.exp(x)", 0, "takes numbers, not tensors");
        row("axis out of range", "x.sum(dim=3)", 0, "axis 3 is out of range");
        row("mask as index", "x[x > 0]", 1, "where(mask, x, 0)");
        row("index out of range", "x[7]", 1, "out of range");
        row("if by a tensor", "if x > 0:\n  dx = dy", 5, "where(condition, a, b)");
        row("endless function", "def f(x): return f(x)\ndx = f(dy)", 17, "8 deep");
        row("unknown method", "x.absolut()", 0, "Did you mean 'absolute'?");
        row("given twice", "dx = dy, dx = dy", 12, "'dx' is given twice");
        row("item", "x.item()", 0, "item");
        row("a weight", "dy * weight('k')", 5, "A weight is read by a forward alone");
        row("matrix product", "x @ long", 2, "inner sizes 4 and 5");
    }
    void refusesWhatDoesNotFit()
    {
        QFETCH(QString, text);
        QFETCH(int, column);
        QFETCH(QString, says);
        Fixture fixture;
        const auto values = fixture.gradient(text.toUtf8().constData());
        QVERIFY(!values);
        QVERIFY2(values.error().text().find(says.toStdString()) != std::string::npos,
                 values.error().text().c_str());
        QCOMPARE(values.error().column, column);
    }

    void recognisesEachForm_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<bool>("hasForward");
        const auto row = [](const char* kind, bool hasForward, const char* text) {
            QTest::newRow(kind) << QByteArray(text) << QByteArray(kind) << hasForward;
        };
        row("an expression", false, "def half(t): return t / 2\nhalf(dy)");
        row("a function", false, "K = 2\ndef grad(dy): return dy * K");
        row("a tf.custom_gradient function", true,
            "@tf.custom_gradient\ndef f(x):\n  def grad(dy): return dy\n  return tf.sign(x), grad");
        row("a tf.RegisterGradient function", false,
            "@tf.RegisterGradient('Mine')\ndef _mine(op, grad): return grad * op.inputs[0]");
        row("a torch.autograd.Function", true,
            "class F(Function):\n  def forward(ctx, x): return x\n  def backward(ctx, g): return "
            "g");
        row("a jax.custom_vjp function", true,
            "def f(x): return x\nf = jax.custom_vjp(f)\ndef fwd(x): return x, ()\n"
            "def bwd(res, g): return (g,)\nf.defvjp(fwd, bwd)");
    }
    void recognisesEachForm()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, kind);
        QFETCH(bool, hasForward);
        const Result<Expression> expression = parse(text.toStdString());
        QVERIFY2(bool(expression), expression ? "" : expression.error().text().c_str());
        QCOMPARE(QByteArray(nameOf(expression->form().kind).data()), kind);
        QCOMPARE(expression->hasForward(), hasForward);
        Fixture fixture;
        const auto gradient = fixture.gradient(text.constData());
        QVERIFY2(bool(gradient), gradient ? "" : gradient.error().text().c_str());
        QVERIFY(gradient->cotangents[0].isPresent());
    }

    void givesOneValueForEachPart()
    {
        Fixture fixture;
        const auto values = fixture.lowered("dy * x, None, dy + tall");
        QVERIFY(values);
        QCOMPARE(values->size(), size_t(3));
        QVERIFY((*values)[0].isPresent());
        QVERIFY(!(*values)[1].isPresent());
        QCOMPARE((*values)[2].shape(), (Shape{3, 4}));
    }

    void buildsProductsForSmallPowers()
    {
        Fixture fixture;
        QVERIFY(fixture.lowered("x**2"));
        QCOMPARE(fixture.graph.region(kTopRegion).nodes.size(), size_t(1));
        QVERIFY(fixture.graph.node(fixture.graph.region(kTopRegion).nodes[0]).op.is("Mul"));
    }
};

QTEST_APPLESS_MAIN(TestLowering)
#include "tst_lowering.moc"
