#include "engine/expressions/expression.h"

#include <QtTest>

using namespace backstep;

namespace {

/// A term with all parentheses written: precedence made visible.
std::string written(const Expression& expression, size_t index)
{
    const Term& term = expression.terms[index];
    const auto operand = [&](size_t i) { return written(expression, term.operands[i]); };
    switch (term.kind) {
    case Term::Kind::Number:
        return QByteArray::number(term.number).toStdString();
    case Term::Kind::Name:
        return term.text;
    case Term::Kind::None:
        return "None";
    case Term::Kind::Unary:
        return "(" + term.text + operand(0) + ")";
    case Term::Kind::Binary:
        return "(" + operand(0) + " " + term.text + " " + operand(1) + ")";
    case Term::Kind::Call:
        break;
    }
    std::string text = term.text + "(";
    for (size_t i = 0; i < term.operands.size(); ++i)
        text += (i == 0 ? "" : ", ") + operand(i);
    return text + ")";
}

std::string written(const Expression& expression)
{
    std::string text;
    for (const ExpressionPart& part : expression.parts)
        text += (text.empty() ? "" : "; ") + (part.name.empty() ? "" : part.name + " = ") +
                written(expression, part.term);
    return text;
}

}

class TestParser : public QObject
{
    Q_OBJECT
private slots:
    /// Expected: what Python's ast module shows for the same text, numbers folded.
    void readsAsPythonDoes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* expected) {
            QTest::newRow(text) << QString(text) << QString(expected);
        };
        row("dy * (1 - tf.math.tanh(x)**2)", "(dy * (1 - (Tanh(x) ** 2)))");
        row("dy * tf.math.exp(-x**2)", "(dy * Exp((-(x ** 2))))");
        row("-x**2", "(-(x ** 2))");
        row("x**-2", "(x ** -2)");
        row("x**y**2", "(x ** (y ** 2))");
        row("2**3**2", "512");
        row("x - y - 1", "((x - y) - 1)");
        row("x / y * 2", "((x / y) * 2)");
        row("1 + 2 * x", "(1 + (2 * x))");
        row("(1 + 2) * 3 - -4", "13");
        row("- - x", "(-(-x))");
        row("+x", "x");
        row("x < 1 + y", "(x < (1 + y))");
        row("(x > -1) & (x < 1)", "((x > -1) & (x < 1))");
        row("x > 0 | y", "(x > (0 | y))");
        row("~(x == 0)", "(~(x == 0))");
        row("dy * (x != 0)", "(dy * (x != 0))");
        row("grad_output * torch.cos(x)", "(grad_output * Cos(x))");
        row("g * jnp.where(jnp.abs(x) < 1, 1., 0.)", "(g * Where((Abs(x) < 1), 1, 0))");
        row("tf.clip_by_value(dy, -1.0, 1.0)", "Clip(dy, -1, 1)");
        row("torch.clamp(dy, -1, 1)", "Clip(dy, -1, 1)");
        row("keras.ops.relu(x) + jax.nn.sigmoid(x)", "(Relu(x) + Sigmoid(x))");
        row("maximum(x, 0) * square(dy)", "(Max(x, 0) * Square(dy))");
        row("tf.erf(x) + np.sign(x) + sqrt(x) + log(x) + sin(x)",
            "((((Erf(x) + Sign(x)) + Sqrt(x)) + Log(x)) + Sin(x))");
        row("2 * np.pi * x", "(6.28319 * x)");
        row("1e-3*x + .5 + 1_000 + 2.", "((((0.001 * x) + 0.5) + 1000) + 2)");
        row("dy * B, None", "(dy * B); None");
        row("dx = dy * 2, dB = None", "dx = (dy * 2); dB = None");
        row("dy0 + dy1 * y1", "(dy0 + (dy1 * y1))");
        row("dy\\\n  * x  # over two lines\n", "(dy * x)");
        row("(\n dy\n * x\n)", "(dy * x)");
        row("dy / 0", "(dy / 0)");
        row("x * 1e-999", "(x * 0)");
    }
    void readsAsPythonDoes()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const Result<Expression> expression = parse(text.toStdString());
        QVERIFY2(bool(expression), expression ? "" : expression.error().text().c_str());
        QCOMPARE(QString::fromStdString(written(*expression)), expected);
    }

    void saysWhereAndWhatItExpected_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("column"); // counted from 0, in characters
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, QByteArray text, int column, const char* says) {
            QTest::newRow(name) << text << column << QByteArray(says);
        };
        row("empty", "", 0, "empty");
        row("comment only", "# only a comment", 16, "empty");
        row("cut off", "dy *", 4, "found the end of the text");
        row("open parenthesis", "dy * (x", 7, "')'");
        row("closing parenthesis", "dy * x)", 6, "found ')'");
        row("two operators", "dy * / x", 5, "Expected a number, a name or '('");
        row("two names", "dy x", 3, "found 'x'");
        row("dunder import", "__import__('os').mkdir('x')", 0, "'__import__'");
        row("attribute", "x.__class__.__base__", 0, "x.__class__.__base__");
        row("lambda", "(lambda: dy)()", 1, "'lambda'");
        row("list", "[dy for i in range(10)]", 0, "'['");
        row("if", "dy if x else 0", 3, "where(condition, a, b)");
        row("semicolon", "dy; x", 2, "';'");
        row("assignment", "dy = x", 3, "'='");
        row("assignment to a sum", "dx + 1 = x", 7, "'='");
        row("open", "open(\"secret.bin\")", 0, "'open'");
        row("read_file", "tf.io.read_file(x)", 0, "read_file");
        row("unknown function", "tf.math.nosuch(x)", 0, "nosuch");
        row("slip of the fingers", "dy * tf.math.tahn(x)", 5, "Did you mean 'tanh'?");
        row("unknown prefix", "os.exp(x)", 0, "'os' is no known prefix");
        row("too large", "9**9**9**9 * dy", 4, "finite");
        row("division of numbers", "dy * (1/0)", 7, "finite");
        row("number out of range", "dy * 1e999", 5, "finite");
        row("Cyrillic letter", "d\xd1\x83 * x", 1, "column 2");
        row("column after a Greek letter in a comment", "# \xce\xb1\n dy * $", 10, "'$'");
        row("long dash", "dy\xe2\x88\x92x", 2, "minus is '-'");
        row("caret", "dy * x^2", 6, "'**'");
        row("string", "dy * \"text\"", 5, "string");
        row("f-string", "f\"{dy}\"", 1, "string");
        row("no argument", "tf.math.exp()", 0, "exp takes 1 argument and got 0");
        row("three arguments", "tf.math.exp(x, x, x)", 0, "exp takes 1 argument and got 3");
        row("chained comparison", "0 < x < 1", 6, "not chained");
        row("number and letters", "2x", 1, "operator");
        row("two points", "1.2.3", 3, "found '.3'");
        row("tuple", "(dy, dy)", 3, "without parentheses");
        row("comma at the end", "dy,", 3, "end of the text");
        row("invalid UTF-8", "dy * \xff", 5, "\\xff");
        row("100,000 parentheses", "(" + QByteArray(15000, '(') + "dy", 100, "nested");
        row("too long", QByteArray("dy") + QByteArray("+dy").repeated(50000), 0, "too long");
        row("too many terms", QByteArray("dy") + QByteArray("+dy").repeated(5000), 3002, "limit");
        row("signs without end", QByteArray(15000, '-') + "dy", 199, "nested");
    }
    void saysWhereAndWhatItExpected()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, column);
        QFETCH(QByteArray, says);
        const Result<Expression> expression = parse(text.toStdString());
        QVERIFY(!expression);
        const std::string message = expression.error().text();
        QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
        QVERIFY2(expression.error().column == column,
                 (message + " column " + std::to_string(expression.error().column)).c_str());
    }

    void findsTheInputOfEachPart_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArrayList>("inputs");
        QTest::addColumn<QList<int>>("parts"); // empty: refused
        const QByteArrayList one{"X"}, two{"A", "B"};
        QTest::newRow("alone") << QByteArray("dy") << one << QList<int>{0};
        QTest::newRow("dx of any name")
            << QByteArray("dx = dy") << QByteArrayList{"input"} << QList<int>{0};
        QTest::newRow("by position") << QByteArray("dy * B, dy * A") << two << QList<int>{0, 1};
        QTest::newRow("by name, turned")
            << QByteArray("dB = dy * A, dA = dy") << two << QList<int>{1, 0};
        QTest::newRow("lower case") << QByteArray("db = dy, da = dy") << two << QList<int>{1, 0};
        QTest::newRow("by number") << QByteArray("d1 = dy") << two << QList<int>{-1, 0};
        QTest::newRow("one is missing") << QByteArray("dy") << two << QList<int>{};
        QTest::newRow("one too many") << QByteArray("dy, dy") << one << QList<int>{};
        QTest::newRow("unknown name") << QByteArray("dC = dy") << two << QList<int>{};
        QTest::newRow("twice") << QByteArray("dA = dy, dA = dy") << two << QList<int>{};
        QTest::newRow("mixed") << QByteArray("dA = dy, dy") << two << QList<int>{};
    }
    void findsTheInputOfEachPart()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArrayList, inputs);
        QFETCH(QList<int>, parts);
        std::vector<std::string> names;
        for (const QByteArray& input : inputs)
            names.push_back(input.toStdString());
        const Result<Expression> expression = parse(text.toStdString());
        QVERIFY(expression);
        const Result<std::vector<int>> found = partsByInput(*expression, names);
        QCOMPARE(bool(found), !parts.isEmpty());
        if (found) {
            QCOMPARE(QList<int>(found->begin(), found->end()), parts);
        } else {
            QVERIFY(found.error().column >= 0);
        }
    }
};

QTEST_APPLESS_MAIN(TestParser)
#include "tst_parser.moc"
