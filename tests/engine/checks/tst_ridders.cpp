// Slopes by differences: how near they come, and what is said where there is none.

#include "engine/checks/ridders.h"

#include <QTest>

#include <cmath>

using namespace backstep;

namespace {

/// A function, and what it decides on the way.
struct Function {
    double (*value)(double);
    uint64_t (*trace)(double);
};

uint64_t none(double)
{
    return 0;
}
uint64_t side(double x)
{
    return x > 0 ? 2 : x == 0 ? 1 : 0;
}

SampleAt around(const Function& function, double point)
{
    return [=](double offset) {
        return Sample{{function.value(point + offset)}, function.trace(point + offset)};
    };
}

}

Q_DECLARE_METATYPE(Function)

class RiddersTest : public QObject
{
    Q_OBJECT
private slots:
    void findsTheSlope_data();
    void findsTheSlope();
    void saysWhereThereIsNone_data();
    void saysWhereThereIsNone();
};

void RiddersTest::findsTheSlope_data()
{
    QTest::addColumn<Function>("function");
    QTest::addColumn<double>("point");
    QTest::addColumn<double>("step");
    QTest::addColumn<double>("slope"); // by the rules of calculus
    QTest::newRow("line") << Function{[](double x) { return 3 * x - 1; }, none} << 2.0 << 2e-3
                          << 3.0;
    QTest::newRow("cube") << Function{[](double x) { return x * x * x; }, none} << 2.0 << 2e-3
                          << 12.0;
    QTest::newRow("exponential") << Function{[](double x) { return std::exp(x); }, none} << 1.0
                                 << 1e-3 << 2.718281828459045;
    QTest::newRow("fast sine") << Function{[](double x) { return std::sin(100 * x); }, none} << 0.0
                               << 1e-3 << 100.0;
    QTest::newRow("near the edge of a logarithm")
        << Function{[](double x) { return std::log(x); }, none} << 1e-4 << 2.5e-5 << 1e4;
    QTest::newRow("a step too wide for a root")
        << Function{[](double x) { return std::sqrt(x); }, none} << 1e-4 << 1e-3 << 50.0;
    QTest::newRow("beside a kink")
        << Function{[](double x) { return std::abs(x); }, side} << 1e-5 << 1e-3 << 1.0;
}

void RiddersTest::findsTheSlope()
{
    QFETCH(Function, function);
    QFETCH(double, point);
    QFETCH(double, step);
    QFETCH(double, slope);
    const Slopes found = slopesAround(around(function, point), step);
    QVERIFY(found.around == Around::Smooth);
    const double error = std::abs(found.slopes[0].value - slope);
    QVERIFY2(error <= 1e-9 * slope, qPrintable(QString::number(found.slopes[0].value, 'g', 17)));
    QVERIFY(error <= 10 * found.slopes[0].error + 1e-12 * slope);
}

void RiddersTest::saysWhereThereIsNone_data()
{
    QTest::addColumn<Function>("function");
    QTest::addColumn<double>("point");
    QTest::addColumn<int>("around");
    QTest::addColumn<double>("left");
    QTest::addColumn<double>("right");
    QTest::newRow("kink") << Function{[](double x) { return std::abs(x); }, side} << 0.0
                          << int(Around::Kink) << -1.0 << 1.0;
    QTest::newRow("half a kink") << Function{[](double x) { return x > 0 ? std::exp(x) : 1.0; },
                                             side}
                                 << 0.0 << int(Around::Kink) << 0.0 << 1.0;
    QTest::newRow("a decision that changes nothing")
        << Function{[](double x) { return 2 * x; }, side} << 0.0 << int(Around::Kink) << 2.0 << 2.0;
    QTest::newRow("jump") << Function{[](double x) { return x >= 0 ? 1.0 : 0.0; }, side} << 0.0
                          << int(Around::Jump) << 0.0 << 0.0;
    QTest::newRow("not finite here") << Function{[](double x) { return std::log(x); }, none} << 0.0
                                     << int(Around::NotFinite) << 0.0 << 0.0;
    QTest::newRow("not finite beside") << Function{[](double x) { return std::sqrt(x); }, none}
                                       << 0.0 << int(Around::NotFinite) << 0.0 << 0.0;
}

void RiddersTest::saysWhereThereIsNone()
{
    QFETCH(Function, function);
    QFETCH(double, point);
    QFETCH(int, around);
    QFETCH(double, left);
    QFETCH(double, right);
    const Slopes found = slopesAround(::around(function, point), 1e-3);
    QCOMPARE(int(found.around), around);
    if (found.around != Around::Kink)
        return;
    QVERIFY(std::abs(found.left[0].value - left) < 1e-8);
    QVERIFY(std::abs(found.right[0].value - right) < 1e-8);
}

QTEST_APPLESS_MAIN(RiddersTest)
#include "tst_ridders.moc"
