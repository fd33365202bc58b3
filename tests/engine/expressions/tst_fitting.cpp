// A gradient beside the op that it is for: as many results as floating inputs, of their shapes and
// dtypes (SEMANTICS R15).
#include "engine/expressions/expression.h"
#include "tests/engine/expressions/lowered_text.h"

#include <QtTest>

using namespace backstep;

class TestFitting : public QObject
{
    Q_OBJECT
private slots:
    /// SEMANTICS R15: the gradient of an op with the inputs x [4] and b [3, 1] of float32.
    void makesResultsFitTheirInputs_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("dx"); // shape; empty: none; or the refusal
        QTest::addColumn<QString>("db");
        QTest::addColumn<QString>("notes"); // or the hint
        const auto row = [](const char* name, const char* text, const char* dx, const char* db,
                            const char* notes) {
            QTest::newRow(name) << QString(text) << QString(dx) << QString(db) << QString(notes);
        };
        row("fits", "dy, b", "[4]", "[3, 1]", "");
        row("None", "dy, None", "[4]", "", "");
        row("by name, one missing", "db = b * 2", "", "[3, 1]", "");
        row("by number", "d1 = b, d0 = x", "[4]", "[3, 1]", "");
        row("larger in front", "dy * b, b", "[4]", "[3, 1]",
            "dx is [3, 4] by broadcasting; it is summed to the input's [4].");
        row("larger at a size of 1", "dy, dy * b", "[4]", "[3, 1]",
            "db is [3, 4] by broadcasting; it is summed to the input's [3, 1].");
        row("another width", "tf.cast(dy, tf.float16), b", "[4]", "[3, 1]",
            "dx is float16; it is cast to the input's float32.");
        row("a condition", "x > 0, b", "[4]", "[3, 1]", "");
        row("a number", "1.5, 0", "[4]", "[3, 1]", "");
        row("a constant", "tf.constant([2.0]), b", "[4]", "[3, 1]", "");
        row("smaller", "tf.reduce_sum(dy), b", "refused: dx is [] and the input [4]", "",
            "+ tf.zeros_like(x)");
        row("smaller in one axis", "dy, b[:1]", "refused: db is [1, 1] and the input [3, 1]", "",
            "+ tf.zeros_like(b)");
        row("unfitting", "x[:3], b", "refused: dx is [3] and the input [4]", "", "");
        row("too few", "dy", "refused: Expected 2 gradients (dx, db) and found 1", "",
            "None for an input without a gradient");
        row("too many", "dy, b, b", "refused: Expected 2 gradients (dx, db) and found 3", "", "");
        row("unknown name", "dc = dy", "refused: 'dc =' names no input; expected one of dx, db", "",
            "");
    }
    void makesResultsFitTheirInputs()
    {
        QFETCH(QString, text);
        QFETCH(QString, dx);
        QFETCH(QString, db);
        QFETCH(QString, notes);
        LoweredText graph;
        const Value x = graph.input(Tensor(TensorType{DType::Float32, {4}}));
        const Value b = graph.input(Tensor(TensorType{DType::Float32, {3, 1}}));
        const OpValues op{{"x", "b"}, {x, b}, {x}, {x}};
        const Result<Expression> expression = parse(text.toStdString());
        QVERIFY(bool(expression));
        const auto gradient = lowerGradient(*expression, op, graph.builder);
        if (dx.startsWith("refused: ")) {
            QVERIFY(!gradient);
            const QString message = gradient.error().text().c_str();
            QVERIFY2(message.contains(dx.mid(9)) && message.contains(notes), qPrintable(message));
            return;
        }
        QVERIFY2(bool(gradient), gradient ? "" : gradient.error().text().c_str());
        const auto shapeOf = [&](size_t i) {
            const Value& value = gradient->cotangents[i];
            return value.isPresent() ? QString(value.shape().text().c_str()) : QString();
        };
        QCOMPARE(shapeOf(0), dx);
        QCOMPARE(shapeOf(1), db);
        for (const Value& value : gradient->cotangents)
            QVERIFY(!value.isPresent() || value.dtype() == DType::Float32);
        QStringList told;
        for (const std::string& note : gradient->notes)
            told += note.c_str();
        QCOMPARE(told.join(' '), notes);
    }

    /// Clip has bounds that are floating constants: nobody gives a gradient for them.
    void needsNoGradientForConstants_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("expression") << QByteArray("dy * (abs(x) < 1)");
        QTest::newRow("all three") << QByteArray("dy, None, None");
        QTest::newRow("function") << QByteArray("def grad(x, dy): return dy * x");
        QTest::newRow("autograd.Function")
            << QByteArray("class C(torch.autograd.Function):\n  def forward(ctx, x):\n"
                          "    return x.clamp(-1, 1)\n  def backward(ctx, g):\n    return g");
    }
    void needsNoGradientForConstants()
    {
        QFETCH(QByteArray, text);
        LoweredText graph;
        const Value x = graph.input(Tensor(TensorType{DType::Float32, {4}}));
        const Value low = graph.constant("low", Tensor::scalar(-1, DType::Float32));
        const Value high = graph.constant("high", Tensor::scalar(1, DType::Float32));
        const OpValues op{{"input", "min", "max"}, {x, low, high}, {x}, {x}};
        const Result<Expression> expression = parse(text.toStdString());
        QVERIFY(bool(expression));
        const auto gradient = lowerGradient(*expression, op, graph.builder);
        QVERIFY2(bool(gradient), gradient ? "" : gradient.error().text().c_str());
        QVERIFY(gradient->cotangents[0].isPresent());
        QVERIFY(!gradient->cotangents[1].isPresent() && !gradient->cotangents[2].isPresent());
    }

    /// A forward that is followed for what it keeps leaves nothing behind that nobody reads.
    void leavesNoUnreadNodes()
    {
        LoweredText graph;
        const Value x = graph.input(Tensor(TensorType{DType::Float32, {4}}));
        const auto expression = parse("@tf.custom_gradient\ndef f(x):\n  y = tf.exp(tf.sign(x))\n"
                                      "  def grad(dy): return dy * tf.abs(x)\n  return y, grad");
        QVERIFY(bool(expression));
        QVERIFY(bool(lowerGradient(*expression, {{"x"}, {x}, {x}, {x}}, graph.builder)));
        QStringList ops;
        for (const NodeId id : graph.graph.region(kTopRegion).nodes)
            ops += graph.graph.node(id).op.type.c_str();
        QCOMPARE(ops.join(' '), QString("Abs Mul"));
    }
};

QTEST_APPLESS_MAIN(TestFitting)
#include "tst_fitting.moc"
