// How numbers are written for reading.
#include "views/style/value_text.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace backstep;

class TestValueText : public QObject
{
    Q_OBJECT
private slots:
    void writesRanges_data()
    {
        QTest::addColumn<double>("minimum");
        QTest::addColumn<double>("maximum");
        QTest::addColumn<QString>("expected");
        QTest::newRow("two ends") << -0.37 << 0.39 << QStringLiteral("−0.37 … 0.39");
        QTest::newRow("mirrored") << -0.0011 << 0.0011 << QStringLiteral("±0.0011");
        QTest::newRow("one value") << 2.5 << 2.5 << QStringLiteral("2.5");
        QTest::newRow("zero") << 0.0 << 0.0 << QStringLiteral("0");
        QTest::newRow("from zero") << 0.0 << 1.0 << QStringLiteral("0 … 1");
    }
    void writesRanges()
    {
        QFETCH(double, minimum);
        QFETCH(double, maximum);
        QTEST(rangeText(minimum, maximum), "expected");
    }

    void writesNumbers_data()
    {
        QTest::addColumn<double>("number");
        QTest::addColumn<QString>("expected");
        QTest::newRow("zero") << 0.0 << QStringLiteral("0");
        QTest::newRow("negative") << -1.5 << QStringLiteral("−1.5");
        QTest::newRow("small") << -2.5e-7 << QStringLiteral("−2.5e−07");
        QTest::newRow("rounded") << 2.61449 << QStringLiteral("2.614");
        QTest::newRow("not a number") << std::nan("") << QStringLiteral("NaN");
        QTest::newRow("infinite") << -std::numeric_limits<double>::infinity()
                                  << QStringLiteral("−Inf");
    }
    void writesNumbers()
    {
        QFETCH(double, number);
        QTEST(numberText(number), "expected");
    }

    void countsWithTheRightWord()
    {
        QCOMPARE(plural(1, QStringLiteral("1 op"), QStringLiteral("%1 ops")),
                 QStringLiteral("1 op"));
        QCOMPARE(plural(3, QStringLiteral("1 op"), QStringLiteral("%1 ops")),
                 QStringLiteral("3 ops"));
    }
};

QTEST_GUILESS_MAIN(TestValueText)
#include "tst_value_text.moc"
