// What is said of a gradient that the user gives (SEMANTICS R14), on the values that its op saw.

#include "engine/session/gradient_verdicts.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace backstep;

namespace {

using Numbers = std::vector<double>;

/// A model of one op (and of a fixed second operand, where it takes two) at some values.
struct OneOp {
    const char* op = "Tanh";
    Numbers x;
    bool isRun = true;
};

std::vector<float> floats(const Numbers& numbers)
{
    return {numbers.begin(), numbers.end()};
}

JudgedGradient judged(const OneOp& model, const QString& gradient, const QString& reason)
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("m.onnx").toStdString();
    const auto count = static_cast<int64_t>(model.x.size());
    SmallModel file;
    file.input("x", {count})
        .node("Identity", {"x"}, {"h"}, "before")
        .node(model.op, {"h"}, {"y"}, "f")
        .output("y", {count});
    if (!writeFile(path, file.bytes()))
        return {};
    DebugSession session;
    OpenOptions options;
    options.inputs.given["x"] = Tensor::of<float>({count}, floats(model.x));
    if (const Result<void> opened = session.open(path, options); !opened)
        qFatal("%s", opened.error().text().c_str());
    if (model.isRun)
        session.step(StepKind::ForwardEnd);
    return verdictOn(
        session,
        {{GradientTarget::Scope::OpType, model.op}, gradient.toStdString(), reason.toStdString()});
}

}

Q_DECLARE_METATYPE(OneOp)

class GradientVerdictsTest : public QObject
{
    Q_OBJECT
private slots:
    void tellsCorrectness_data();
    void tellsCorrectness();
    void tellsTheLargestDifference_data();
    void tellsTheLargestDifference();
    void tellsWhoseGradientItIs_data();
    void tellsWhoseGradientItIs();
    void tellsWhatItDoes_data();
    void tellsWhatItDoes();
    void looksAtAllTimesteps();
};

void GradientVerdictsTest::tellsCorrectness_data()
{
    QTest::addColumn<OneOp>("model");
    QTest::addColumn<QString>("gradient");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, OneOp model, const char* gradient, const char* reason,
                        const char* verdict, const char* says) {
        QTest::newRow(name) << model << QString(gradient) << QString(reason) << QString(verdict)
                            << QString::fromUtf8(says);
    };
    const Numbers x{-2, -0.5, 0.25, 1};
    row("the derivative", {"Tanh", x}, "dy * (1 - tanh(x)**2)", "", "exact",
        "Equals the derivative of tanh");
    row("the derivative, by y", {"Tanh", x}, "dy * (1 - y * y)", "", "exact", "tanh");
    row("an accepted gradient that is the derivative after all", {"Tanh", x}, "dy * (1 - y * y)",
        "why not", "exact", "tanh");
    row("of another function", {"Tanh", x}, "dy * exp(-x**2)", "", "differs",
        "Does not match: tanh has dx = dy * (1 - tanh(x)**2).");
    row("of another function, accepted", {"Tanh", x}, "dy * exp(-x**2)", "cheaper", "surrogate",
        "Does not match");
    row("wrong sign", {"Tanh", x}, "-dy * (1 - tanh(x)**2)", "", "differs", "the wrong sign");
    row("factor 2", {"Tanh", x}, "2 * dy * (1 - tanh(x)**2)", "", "differs",
        "2 times the derivative");
    row("off by a millionth", {"Tanh", x}, "dy * (1 - tanh(x)**2) * 1.000001", "", "differs",
        "Does not match");
    row("sign", {"Sign", x}, "dy * (1 - tanh(x)**2)", "", "differs",
        "Differs from the derivative of sign, as a surrogate must");
    row("sign, accepted", {"Sign", x}, "dy", "straight through", "surrogate",
        "gradient of the identity at every element");
    row("zero at sign proves nothing", {"Sign", x}, "dy * 0", "", "unverifiable", "proves nothing");
    row("dead", {"Tanh", x}, "dy * 0", "", "differs", "Dead");
    row("not finite", {"Tanh", {0, 1, 2}}, "dy / x", "", "invalid", "where the input is 0");
    row("does not compile", {"Tanh", x}, "dy * tahn(x)", "", "invalid", "tahn");
    row("not linear in dy", {"Tanh", x}, "dy * dy * (1 - tanh(x)**2)", "", "differs",
        "Not linear in dy");
    row("not zero at zero", {"Tanh", x}, "dy * (1 - tanh(x)**2) + 1", "", "differs",
        "out of nothing");
    row("a kink alone decides nothing", {"Relu", {0, 0, 0}}, "dy * 0", "", "unverifiable", "kinks");
    row("beside a kink", {"Relu", {-1, 0.5, 2}}, "dy * where(x > 0, 1, 0)", "", "exact", "relu");
    row("at a jump", {"Sign", {0, 0, 0}}, "dy", "", "differs", "sign");
    row("all slopes are zero", {"Relu", {-1, -2, -3}}, "dy * where(x > 0, 1, 0)", "",
        "unverifiable", "zero or below the noise");
    row("values that were not computed are drawn", {"Tanh", x, false}, "dy * exp(-x**2)", "",
        "differs", "on drawn values");
    row("an op that nobody knows", {"NoSuchOp", x}, "dy", "", "unverifiable", "no forward meaning");
}

void GradientVerdictsTest::tellsCorrectness()
{
    QFETCH(OneOp, model);
    QFETCH(QString, gradient);
    QFETCH(QString, reason);
    const JudgedGradient given = judged(model, gradient, reason);
    QTEST(QString::fromStdString(std::string(nameOf(given.verdict.verdict))), "verdict");
    QFETCH(QString, says);
    QVERIFY2(QString::fromStdString(given.sentence).contains(says), given.sentence.c_str());
}

void GradientVerdictsTest::tellsTheLargestDifference_data()
{
    QTest::addColumn<OneOp>("model");
    QTest::addColumn<QString>("gradient");
    QTest::addColumn<QString>("element");
    QTest::addColumn<double>("given");
    QTest::addColumn<double>("expected");
    // math.exp(-1), 1 - math.tanh(1)**2
    QTest::newRow("seed 3, at 1") << OneOp{"Tanh", {0, 1}} << "dy * exp(-x**2)"
                                  << "h[1]" << 0.36787944117144233 << 0.41997434161402614;
    // the two lie furthest apart, by 0.0756, near |x| = 1.45
    QTest::newRow("seed 3, at its worst") << OneOp{"Tanh", {0, 1, -1.45, 3}} << "dy * exp(-x**2)"
                                          << "h[2]" << 0.12215065264865724 << 0.19773425885612583;
    QTest::newRow("sign") << OneOp{"Sign", {2, 0.5, -3}} << "dy * (1 - tanh(x)**2)"
                          << "h[1]" << 0.7864477329659274 << 0.0;
    QTest::newRow("factor 2") << OneOp{"Exp", {0, 1}} << "2 * dy * exp(x)"
                              << "h[1]" << 5.43656365691809 << 2.718281828459045;
}

void GradientVerdictsTest::tellsTheLargestDifference()
{
    QFETCH(OneOp, model);
    QFETCH(QString, gradient);
    QFETCH(double, given);
    QFETCH(double, expected);
    const GradientDifference found = judged(model, gradient, "").verdict.fromDerivative;
    QTEST(QString::fromStdString(found.element), "element");
    QVERIFY2(std::abs(found.given - given) < 1e-7, qPrintable(QString::number(found.given)));
    QVERIFY2(std::abs(found.expected - expected) < 1e-7,
             qPrintable(QString::number(found.expected)));
    QVERIFY(std::abs(found.size - std::abs(given - expected)) < 1e-7);
}

void GradientVerdictsTest::tellsWhoseGradientItIs_data()
{
    QTest::addColumn<OneOp>("model");
    QTest::addColumn<QString>("gradient");
    QTest::addColumn<QString>("function"); // "" where nobody's
    QTest::addColumn<double>("factor");
    const Numbers x{-2, -0.5, 0.25, 1};
    const auto row = [](const char* name, OneOp model, const char* gradient, const char* function,
                        double factor) {
        QTest::newRow(name) << model << QString(gradient) << QString::fromUtf8(function) << factor;
    };
    row("tanh", {"Sign", x}, "dy * (1 - tf.math.tanh(x)**2)", "tanh", 1);
    row("tanh, in other words", {"Sign", x}, "dy * 4 / (exp(x) + exp(-x))**2", "tanh", 1);
    row("pass through", {"Round", x}, "dy", "the identity", 1);
    row("sigmoid", {"Sign", x}, "dy * exp(-x) / (1 + exp(-x))**2", "sigmoid", 1);
    row("arctan", {"Sign", x}, "dy / (1 + x * x)", "arctan", 1);
    row("four times sigmoid", {"Sign", x}, "4 * dy * sigmoid(x) * (1 - sigmoid(x))", "sigmoid", 4);
    row("nobody's", {"Sign", x}, "dy * exp(-abs(x))", "", 1);
    row("two values decide nothing", {"Sign", {0.5, -0.5}}, "dy * (1 - tanh(x)**2)", "", 1);
    row("mixes the elements", {"Sign", x}, "dy * 0 + reduce_sum(dy)", "", 1);
}

void GradientVerdictsTest::tellsWhoseGradientItIs()
{
    QFETCH(OneOp, model);
    QFETCH(QString, gradient);
    QFETCH(QString, function);
    QFETCH(double, factor);
    const JudgedGradient given = judged(model, gradient, "");
    const std::optional<KnownMatch>& known = given.verdict.known;
    QCOMPARE(known ? QString::fromUtf8(known->function.data()) : QString(), function);
    if (known)
        QVERIFY(std::abs(known->factor - factor) < 1e-9);
}

void GradientVerdictsTest::tellsWhatItDoes_data()
{
    QTest::addColumn<OneOp>("model");
    QTest::addColumn<QString>("gradient");
    QTest::addColumn<double>("live");
    QTest::addColumn<bool>("isLinear");
    QTest::addColumn<bool>("isZeroAtZero");
    const OneOp sign{"Sign", {-2, -0.5, 0.25, 1}};
    const auto row = [&](const char* name, const char* gradient, double live, bool isLinear,
                         bool isZeroAtZero) {
        QTest::newRow(name) << sign << QString(gradient) << live << isLinear << isZeroAtZero;
    };
    row("all live", "dy", 1, true, true);
    row("live inside 1, the edge too", "dy * where(abs(x) <= 1, 1, 0)", 0.75, true, true);
    row("live inside 0.3", "dy * where(abs(x) <= 0.3, 1, 0)", 0.25, true, true);
    row("dead", "dy * 0", 0, true, true);
    row("square", "dy * dy", 1, false, true);
    row("out of nothing", "dy + 1", 1, false, false);
    row("of constant size", "sign(dy)", 1, false, true);
}

void GradientVerdictsTest::tellsWhatItDoes()
{
    QFETCH(OneOp, model);
    QFETCH(QString, gradient);
    const GradientBehaviour behaviour = judged(model, gradient, "").verdict.behaviour;
    QTEST(behaviour.live, "live");
    QTEST(behaviour.isLinear, "isLinear");
    QTEST(behaviour.isZeroAtZero, "isZeroAtZero");
}

void GradientVerdictsTest::looksAtAllTimesteps()
{
    // 5 timesteps of [64, 16]
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    session.setStopsAtBreaks(false);
    session.step(StepKind::ForwardEnd);
    const JudgedGradient given = verdictOn(
        session, {{GradientTarget::Scope::OpType, "Sign"}, "dy * (1 - tf.math.tanh(x)**2)"});
    QCOMPARE(given.nodeCount, 1);
    QCOMPARE(given.verdict.placeCount, 5);
    QCOMPARE(given.verdict.elementCount, 5 * 64 * 16);
    QCOMPARE(shortWords(given.verdict), std::string("differs: exact gradient of tanh"));
}

QTEST_APPLESS_MAIN(GradientVerdictsTest)
#include "tst_gradient_verdicts.moc"
