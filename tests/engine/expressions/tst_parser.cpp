#include "engine/expressions/forms.h"

#include <QtTest>

using namespace backstep;

namespace {

/// A term with all parentheses written: precedence made visible.
std::string written(const Syntax& syntax, size_t index)
{
    const Term& term = syntax.terms[index];
    const auto operand = [&](size_t i) { return written(syntax, term.operands[i]); };
    const auto list = [&](size_t first) {
        std::string text;
        for (size_t i = first; i < term.operands.size(); ++i) {
            const std::string keyword = term.keywords.empty() ? "" : term.keywords[i - 1];
            text += (i == first ? "" : ", ") + (keyword.empty() ? "" : keyword + "=") + operand(i);
        }
        return text;
    };
    switch (term.kind) {
    case Term::Kind::Number:
        return QByteArray::number(term.number).toStdString();
    case Term::Kind::Text:
        return "'" + term.text + "'";
    case Term::Kind::Ellipsis:
        return "...";
    case Term::Kind::Tuple:
        return "<" + list(0) + ">";
    case Term::Kind::Unary:
        return "(" + term.text + operand(0) + ")";
    case Term::Kind::Binary:
        return "(" + operand(0) + " " + term.text + " " + operand(1) + ")";
    case Term::Kind::Call:
        return operand(0) + "(" + list(1) + ")";
    case Term::Kind::Attribute:
        return operand(0) + "." + term.text;
    case Term::Kind::Index:
        return operand(0) + "[" + operand(1) + "]";
    case Term::Kind::Slice:
        return operand(0) + ":" + operand(1) + ":" + operand(2);
    default:
        return term.text.empty() ? "None" : term.text;
    }
}

std::string written(const Syntax& syntax, const std::vector<Statement>& statements);

std::string written(const Syntax& syntax, const Statement& statement)
{
    const std::string value = statement.value ? written(syntax, *statement.value) : "";
    switch (statement.kind) {
    case Statement::Kind::Expression:
        return value;
    case Statement::Kind::Assign:
        return written(syntax, *statement.target) + " " + statement.text + "= " + value;
    case Statement::Kind::Return:
        return "return " + value;
    case Statement::Kind::If:
        return "if " + value + " {" + written(syntax, statement.body) + "} else {" +
               written(syntax, statement.otherwise) + "}";
    case Statement::Kind::Import:
        return "import " + statement.text + " as " + statement.alias;
    case Statement::Kind::Class:
    case Statement::Kind::Function:
        break;
    }
    std::string text;
    for (const size_t decorator : statement.decorators)
        text += "@" + written(syntax, decorator) + " ";
    text += (statement.kind == Statement::Kind::Class ? "class " : "def ") + statement.text + "(";
    for (const size_t base : statement.bases)
        text += written(syntax, base);
    for (const Parameter& parameter : statement.parameters) {
        const bool isFirst = &parameter == &statement.parameters.front();
        const char* stars = parameter.kind == Parameter::Kind::Rest       ? "*"
                            : parameter.kind == Parameter::Kind::Keywords ? "**"
                                                                          : "";
        text += (isFirst ? "" : ", ") + std::string(stars) + parameter.name;
        if (parameter.fallback)
            text += "=" + written(syntax, *parameter.fallback);
    }
    return text + ") {" + written(syntax, statement.body) + "}";
}

std::string written(const Syntax& syntax, const std::vector<Statement>& statements)
{
    std::string text;
    for (const Statement& statement : statements)
        text += (text.empty() ? "" : "; ") + written(syntax, statement);
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
        row("dy * (1 - tf.math.tanh(x)**2)", "(dy * (1 - (tf.math.tanh(x) ** 2)))");
        row("dy * tf.math.exp(-x**2)", "(dy * tf.math.exp((-(x ** 2))))");
        row("-x**2", "(-(x ** 2))");
        row("x**-2", "(x ** (-2))");
        row("x**y**2", "(x ** (y ** 2))");
        row("2**3**2", "(2 ** (3 ** 2))");
        row("x - y - 1", "((x - y) - 1)");
        row("x / y * 2", "((x / y) * 2)");
        row("1 + 2 * x", "(1 + (2 * x))");
        row("(1 + 2) * 3 - -4", "(((1 + 2) * 3) - (-4))");
        row("- - x", "(-(-x))");
        row("+x", "x");
        row("x < 1 + y", "(x < (1 + y))");
        row("(x > -1) & (x < 1)", "((x > (-1)) & (x < 1))");
        row("x > 0 | y", "(x > (0 | y))");
        row("~(x == 0)", "(~(x == 0))");
        row("dy * (x != 0)", "(dy * (x != 0))");
        row("grad_output * torch.cos(x)", "(grad_output * torch.cos(x))");
        row("g * jnp.where(jnp.abs(x) < 1, 1., 0.)", "(g * jnp.where((jnp.abs(x) < 1), 1, 0))");
        row("tf.clip_by_value(dy, -1.0, 1.0)", "tf.clip_by_value(dy, (-1), 1)");
        row("keras.ops.relu(x) + jax.nn.sigmoid(x)", "(keras.ops.relu(x) + jax.nn.sigmoid(x))");
        row("2 * np.pi * x", "((2 * np.pi) * x)");
        row("1e-3*x + .5 + 1_000 + 2.", "((((0.001 * x) + 0.5) + 1000) + 2)");
        row("dy * B, None", "<(dy * B), None>");
        row("dx = dy * 2, dB = None", "dx = (dy * 2); dB = None");
        row("dy, x,", "<dy, x>");
        row("dx = dy, dx, dB = dy", "dx = <dy, dx>; dB = dy");
        row("x // 2 % 3 @ y", "(((x // 2) % 3) @ y)");
        row("x[0].T[:, 1:, ..., None]", "x[0].T[<None:None:None, 1:None:None, ..., None>]");
        row("x[::2]", "x[None:None:2]");
        row("x.sum(dim=-1, keepdim=True).abs()", "x.sum(dim=(-1), keepdim=True).abs()");
        row("tf.concat([x, y], axis=0)", "tf.concat(<x, y>, axis=0)");
        row("a, b = x, (y,)", "<a, b> = <x, <y>>");
        row("a = b = c", "b = c; a = b");
        row("x *= 2\nx -= 1\nx", "x *= 2; x -= 1; x");
        row("y: tf.Tensor = x", "y = x");
        row("  \n   dy * (\n x)\n", "(dy * x)");
        row("def grad(dy):\n  'a docstring'\n  t = dy  # a note\n\n  return t * x",
            "def grad(dy) {'a docstring'; t = dy; return (t * x)}");
        row("def f(x: 'T', *, k=1.5, **more) -> tuple[int]: return x",
            "def f(x, k=1.5, **more) {return x}");
        row("@tf.custom_gradient\ndef f(x):\n\tpass\ndy", "@tf.custom_gradient def f(x) {}; dy");
        row("class F(torch.autograd.Function):\n  @staticmethod\n  def forward(ctx, x):\n    "
            "return x",
            "class F(torch.autograd.Function) {@staticmethod def forward(ctx, x) {return x}}");
        row("if a is not None and not b:\n  x = 1\nelif c:\n  x = 2\nelse: x = 3",
            "if ((a is not None) and (notb)) {x = 1} else {if c {x = 2} else {x = 3}}");
        row("import jax.numpy as jnp, math\nfrom torch.nn import functional as F",
            "import jax.numpy as jnp; import math as math; import torch.nn.functional as F");
        row("gelu(x, approximate='tanh')", "gelu(x, approximate='tanh')");
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
        const Result<Syntax> syntax = parseSyntax(text.toStdString());
        QVERIFY2(bool(syntax), syntax ? "" : syntax.error().text().c_str());
        QCOMPARE(QString::fromStdString(written(*syntax, syntax->statements)), expected);
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
        row("lambda", "(lambda: dy)()", 1, "'lambda'");
        row("list", "[dy for i in range(10)]", 0, "'[... for ...]'");
        row("if", "dy if x else 0", 3, "where(condition, a, b)");
        row("semicolon", "dy; x", 2, "';'");
        row("number out of range", "dy * 1e999", 5, "finite");
        row("Cyrillic letter", "d\xd1\x83 * x", 1, "column 2");
        row("column after a Greek letter in a comment", "# \xce\xb1\n dy * $", 10, "'$'");
        row("long dash", "dy\xe2\x88\x92x", 2, "minus is '-'");
        row("caret", "dy * x^2", 6, "'**'");
        row("f-string", "f\"{dy}\"", 1, "string");
        row("chained comparison", "0 < x < 1", 6, "not chained");
        row("with", "with torch.no_grad():\n  dx = dy", 0, "without the 'with' line");
        row("loop", "for i in range(3):\n  dx = dy", 0, "whole tensors");
        row("two lines", "t = dy\ndx = t * * x", 16, "line 2, column 10");
        row("indentation", "t = dy\n  dx = t", 9, "another indentation");
        row("unfitting indentation", "def f(x):\n    y = x\n  return y", 22, "fits no line above");
        row("no block", "def f(x):\nreturn x", 10, "an indented block");
        row("not", "where(not x, dy, 0)", 6, "~a");
        row("and", "(x > 0) and dy", 8, "a & b");
        row("starred call", "f(*x)", 2, "one by one");
        row("no class without backward", "class L(keras.Layer):\n  def call(self, x): return x", 0,
            "has no backward");
        row("vjp without defvjp", "@jax.custom_vjp\ndef f(x): return x", 16, "without defvjp");
        row("defvjp without its functions", "f.defvjp(a, b)", 0, "does not have");
        row("jvp", "@jax.custom_jvp\ndef f(x): return x", 16, "forward-mode");
        row("deep blocks",
            QByteArray("if x:\n if x:\n  if x:\n   if x:\n    if x:\n     if x:\n      "
                       "if x:\n       if x:\n        if x:\n         dy"),
            89, "more than 8 deep");
        row("number and letters", "2x", 1, "operator");
        row("two points", "1.2.3", 3, "found '.3'");
        row("invalid UTF-8", "dy * \xff", 5, "\\xff");
        row("100,000 parentheses", "(" + QByteArray(15000, '(') + "dy", 100, "nested");
        row("too long", QByteArray("dy") + QByteArray("+dy").repeated(50000), 0, "too long");
        row("too many terms", QByteArray("dy") + QByteArray("+dy").repeated(5000), 6002, "limit");
        row("signs without end", QByteArray(15000, '-') + "dy", 299, "nested");
    }
    void saysWhereAndWhatItExpected()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, column);
        QFETCH(QByteArray, says);
        const Result<Syntax> syntax = parseSyntax(text.toStdString());
        const Result<PastedForm> form =
            syntax ? recognised(*syntax) : Result<PastedForm>(syntax.error());
        QVERIFY(!form);
        const std::string message = form.error().text();
        QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
        QVERIFY2(form.error().column == column,
                 (message + " column " + std::to_string(form.error().column)).c_str());
    }
};

QTEST_APPLESS_MAIN(TestParser)
#include "tst_parser.moc"
