// What plots make of numbers before they are painted.
#include "views/plots/heatmap.h"
#include "views/plots/histogram.h"
#include "views/style/palette.h"

#include <QTest>

#include <limits>
#include <numeric>

using namespace backstep;

class TestPlots : public QObject
{
    Q_OBJECT
private slots:
    void zeroIsExactlyTheNeutralColour_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<bool>("isNeutral");
        QTest::newRow("zero") << 0.0 << true;
        QTest::newRow("minus zero") << -0.0 << true;
        QTest::newRow("positive") << 0.5 << false;
        QTest::newRow("negative") << -0.5 << false;
    }
    void zeroIsExactlyTheNeutralColour()
    {
        QFETCH(double, value);
        QFETCH(bool, isNeutral);
        QCOMPARE(divergingColour(value, 1) == Palette::current().neutral, isNeutral);
    }

    void endsOfTheRangeHaveTheFullColours()
    {
        QCOMPARE(divergingColour(2, 2), Palette::current().positive);
        QCOMPARE(divergingColour(-2, 2), Palette::current().negative);
    }

    void thinsLargeValuesAndKeepsTheirRange()
    {
        std::vector<double> values(100 * 200, 0.25);
        values[12'345] = -7;
        const HeatmapCells cells = HeatmapCells::of(values, 200, 10, 20);
        QCOMPARE(cells.rowCount, 10);
        QCOMPARE(cells.columnCount, 20);
        QCOMPARE(cells.values.size(), size_t(200));
        QCOMPARE(cells.limit, 7.0); // also of what thinning leaves out
    }

    void countsEachFiniteValueOnce_data()
    {
        QTest::addColumn<QList<double>>("values");
        QTest::addColumn<int>("finite");
        QTest::newRow("ordinary") << QList<double>{-1, 0, 0.5, 1} << 4;
        QTest::newRow("all zeros") << QList<double>{0, 0, 0} << 3;
        QTest::newRow("one NaN, one Inf")
            << QList<double>{1, std::nan(""), std::numeric_limits<double>::infinity()} << 1;
        QTest::newRow("empty") << QList<double>{} << 0;
    }
    void countsEachFiniteValueOnce()
    {
        QFETCH(QList<double>, values);
        const std::vector<double> plain(values.begin(), values.end());
        const Histogram histogram = Histogram::of(plain, 9);
        QCOMPARE(histogram.counts.size(), size_t(9));
        const auto sum =
            std::accumulate(histogram.counts.begin(), histogram.counts.end(), int64_t{0});
        QTEST(static_cast<int>(sum), "finite");
    }

    void equalValuesStandInTheMiddle()
    {
        const std::vector<double> zeros(5, 0.0);
        QCOMPARE(Histogram::of(zeros, 9).counts[4], int64_t{5});
    }
};

QTEST_GUILESS_MAIN(TestPlots)
#include "tst_plots.moc"
