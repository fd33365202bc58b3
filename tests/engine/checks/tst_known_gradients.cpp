// The library of surrogates and the table of known gradients: each is the derivative of the
// function that it names.

#include "engine/checks/known_gradient.h"
#include "engine/diagnostics/surrogates.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>

using namespace backstep;

namespace {

constexpr double kPi = std::numbers::pi;

double clip(double x, double bound)
{
    return std::clamp(x, -bound, bound);
}

double sigmoid(double x)
{
    return 1 / (1 + std::exp(-x));
}

/// The functions by the names of the tables, written down here by hand.
const std::map<std::string, std::function<double(double)>>& functions()
{
    static const std::map<std::string, std::function<double(double)>> known{
        {"the identity", [](double x) { return x; }},
        {"tanh", [](double x) { return std::tanh(x); }},
        {"sigmoid", sigmoid},
        {"arctan", [](double x) { return std::atan(x); }},
        {"softsign", [](double x) { return x / (1 + std::abs(x)); }},
        {"relu", [](double x) { return std::max(x, 0.0); }},
        {"softplus", [](double x) { return std::log1p(std::exp(x)); }},
        {"clip(x, -1, 1)", [](double x) { return clip(x, 1); }},
        {"clip(x, -0.2, 0.2)", [](double x) { return clip(x, 0.2); }},
        {"clip(x, -1, 1) + 0.1 * (x - clip(x, -1, 1))",
         [](double x) { return clip(x, 1) + 0.1 * (x - clip(x, 1)); }},
        {"tanh(5 * x)", [](double x) { return std::tanh(5 * x); }},
        {"sqrt(pi) / 2 * erf", [](double x) { return std::sqrt(kPi) / 2 * std::erf(x); }},
        {"erf", [](double x) { return std::erf(x); }},
        {"x - x * |x| / 2 inside |x| ≤ 1",
         [](double x) { return clip(x, 1) - clip(x, 1) * std::abs(clip(x, 1)) / 2; }},
        {"x / (1 + 5 * |x|)", [](double x) { return x / (1 + 5 * std::abs(x)); }},
        {"x - sin(2 * pi * x) / (2 * pi)",
         [](double x) { return x - std::sin(2 * kPi * x) / (2 * kPi); }},
        {"x + sin(2 * pi * x) / (2 * pi)",
         [](double x) { return x + std::sin(2 * kPi * x) / (2 * kPi); }},
        {"exp", [](double x) { return std::exp(x); }},
        {"sin", [](double x) { return std::sin(x); }},
        {"cos", [](double x) { return std::cos(x); }},
        {"square", [](double x) { return x * x; }},
        {"sqrt", [](double x) { return std::sqrt(x); }},
        {"log", [](double x) { return std::log(x); }},
        {"reciprocal", [](double x) { return 1 / x; }},
        {"abs", [](double x) { return std::abs(x); }},
        {"silu", [](double x) { return x * sigmoid(x); }},
    };
    return known;
}

}

class KnownGradientsTest : public QObject
{
    Q_OBJECT
private slots:
    void isTheDerivative_data();
    void isTheDerivative();
    void findsEachFunctionAgain_data();
    void findsEachFunctionAgain();
    void offersWhatMakesSense_data();
    void offersWhatMakesSense();
    void hasIdsOfItsOwn();
    void isTheRowItselfAtItsOwnSharpness_data();
    void isTheRowItselfAtItsOwnSharpness();
    void isSqueezedBySharpness_data();
    void isSqueezedBySharpness();
};

void KnownGradientsTest::isTheDerivative_data()
{
    QTest::addColumn<QString>("function");
    QTest::addColumn<QString>("gradient");
    for (const KnownGradient& known : knownGradients())
        QTest::addRow("known: %s", known.function.data())
            << QString::fromUtf8(known.function.data()) << QString::fromUtf8(known.gradient.data());
    for (const Surrogate& row : surrogates())
        if (!row.function.empty())
            QTest::addRow("surrogate: %s", row.id.data())
                << QString::fromUtf8(row.function.data()) << QString::fromUtf8(row.gradient.data());
}

void KnownGradientsTest::isTheDerivative()
{
    QFETCH(QString, function);
    QFETCH(QString, gradient);
    const auto found = functions().find(function.toStdString());
    QVERIFY2(found != functions().end(), "the test does not know the function");
    const bool isOfPositives = function == "sqrt" || function == "log";
    const std::vector<double> x = isOfPositives
                                      ? std::vector<double>{0.1, 0.7, 1.3, 2.2}
                                      : std::vector<double>{-2.3, -0.7, -0.1, 0.13, 0.9, 1.7};
    const Result<std::vector<double>> slopes = slopesOf(gradient.toStdString(), x);
    QVERIFY2(slopes, slopes ? "" : slopes.error().text().c_str());
    constexpr double kStep = 1e-5;
    for (size_t i = 0; i < x.size(); ++i) {
        const double slope =
            (found->second(x[i] + kStep) - found->second(x[i] - kStep)) / (2 * kStep);
        QVERIFY2(
            std::abs((*slopes)[i] - slope) < 1e-6 * std::max(1.0, std::abs(slope)),
            qPrintable(
                QString("at %1: %2, by differences %3").arg(x[i]).arg((*slopes)[i]).arg(slope)));
    }
}

void KnownGradientsTest::findsEachFunctionAgain_data()
{
    QTest::addColumn<QString>("function");
    for (const KnownGradient& known : knownGradients())
        QTest::newRow(known.function.data()) << QString::fromUtf8(known.function.data());
}

void KnownGradientsTest::findsEachFunctionAgain()
{
    QFETCH(QString, function);
    const bool isOfPositives = function == "sqrt" || function == "log";
    const std::vector<double> x = isOfPositives
                                      ? std::vector<double>{0.1, 0.7, 1.3, 2.2}
                                      : std::vector<double>{-2.3, -0.7, -0.1, 0.13, 0.9, 1.7};
    std::vector<double> exact;
    for (const KnownGradient& known : knownGradients())
        if (known.function == function.toStdString())
            exact = *slopesOf(known.gradient, x);
    const std::optional<KnownMatch> match = knownMatch(x, exact);
    QVERIFY(match);
    QCOMPARE(QString::fromUtf8(match->function.data()), function);
    QCOMPARE(match->factor, 1.0);
    // what is a thousandth of a percent off is nobody's
    const auto largest = std::max_element(
        exact.begin(), exact.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    *largest *= 1.00001;
    QVERIFY(!knownMatch(x, exact));
}

void KnownGradientsTest::offersWhatMakesSense_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QString>("offered");
    QTest::addColumn<QString>("notOffered");
    QTest::newRow("sign") << "Sign"
                          << "tanh"
                          << "soft-round";
    QTest::newRow("round") << "Round"
                           << "soft-round"
                           << "tanh";
    QTest::newRow("floor") << "Floor"
                           << "soft-floor"
                           << "triangle";
    QTest::newRow("clip") << "Clip"
                          << "leaky-bounds"
                          << "soft-round";
    QTest::newRow("anything else") << "NoSuchOp"
                                   << "pass-through"
                                   << "soft-round";
}

void KnownGradientsTest::offersWhatMakesSense()
{
    QFETCH(QString, op);
    QFETCH(QString, offered);
    QFETCH(QString, notOffered);
    const std::vector<const Surrogate*> rows = surrogatesFor(op.toStdString());
    const auto has = [&](const QString& id) {
        return std::any_of(rows.begin(), rows.end(),
                           [&](const Surrogate* row) { return row->id == id.toStdString(); });
    };
    QVERIFY(has(offered));
    QVERIFY(!has(notOffered));
}

void KnownGradientsTest::hasIdsOfItsOwn()
{
    for (const Surrogate& row : surrogates())
        QCOMPARE(surrogateWithId(row.id), &row);
    QVERIFY(!surrogateWithId("no-such-row"));
}

void KnownGradientsTest::isTheRowItselfAtItsOwnSharpness_data()
{
    QTest::addColumn<QByteArray>("id");
    for (const Surrogate& row : surrogates())
        if (!row.withSharpness.empty())
            QTest::newRow(row.id.data()) << QByteArray(row.id.data());
}

void KnownGradientsTest::isTheRowItselfAtItsOwnSharpness()
{
    QFETCH(QByteArray, id);
    const Surrogate& row = *surrogateWithId(id.constData());
    QVERIFY(row.least < row.sharpness && row.sharpness < row.most);
    const std::vector<double> x{-2.3, -0.7, -0.13, 0.13, 0.9, 1.7};
    const auto own = slopesOf(row.gradient, x), again = slopesOf(gradientAt(row, row.sharpness), x);
    QVERIFY2(own && again, again ? "" : again.error().text().c_str());
    for (size_t i = 0; i < x.size(); ++i)
        QVERIFY(std::abs((*own)[i] - (*again)[i]) < 1e-12);
}

void KnownGradientsTest::isSqueezedBySharpness_data()
{
    QTest::addColumn<double>("x");
    QTest::addColumn<double>("slope"); // for k = 3, NumPy 2; s(v) = 1 / (1 + np.exp(-v))
    QTest::newRow("tanh") << 0.4 << 0.9150599886222265;         // 3 * (1 - np.tanh(1.2)**2)
    QTest::newRow("sigmoid") << 0.4 << 0.5336833219404169;      // 3 * s(1.2) * (1 - s(1.2))
    QTest::newRow("arctan") << 0.4 << 0.40983606557377045;      // 1 / (1 + 1.2**2)
    QTest::newRow("bell") << 0.4 << 0.23692775868212165;        // np.exp(-1.2**2)
    QTest::newRow("triangle") << 0.2 << 0.4;                    // 1 - 0.6
    QTest::newRow("fast-sigmoid") << 0.4 << 0.2066115702479339; // 1 / (1 + 1.2)**2
    QTest::newRow("pass-inside-1") << 0.4 << 0.0;               // |1.2| > 1
    QTest::newRow("pass-through") << 0.4 << 1.0;                // has none
}

void KnownGradientsTest::isSqueezedBySharpness()
{
    QFETCH(double, x);
    QFETCH(double, slope);
    const Surrogate& row = *surrogateWithId(QTest::currentDataTag());
    const auto found = slopesOf(gradientAt(row, 3), std::vector<double>{x});
    QVERIFY2(found, found ? "" : found.error().text().c_str());
    QVERIFY2(std::abs((*found)[0] - slope) < 1e-12,
             qPrintable(QString::number((*found)[0], 'g', 17)));
}

QTEST_APPLESS_MAIN(KnownGradientsTest)
#include "tst_known_gradients.moc"
