// The gradient of the gradient, of every operator, against differences of the first one (SEMANTICS
// R22); and that first and second order are each other's transposes (R13).

#include "engine/checks/gradcheck.h"
#include "tests/engine/checks/op_cases.h"

#include <QTest>


using namespace backstep;
using namespace backstep::opcases;

namespace {

/// Why the second order of a case is not right, or "".
QString exceptionFor(const Case& each)
{
    const bool isProduct = each.attributes.text("reduction", "") == "mul";
    const bool hasZeros = each.text.find("z") != std::string::npos;
    if (each.op.type.starts_with("Scatter") && isProduct && hasZeros)
        return "its rule counts zero factors, and a count has no derivative";
    return {};
}

}

class SecondOrderTest : public QObject
{
    Q_OBJECT
private slots:
    void gradientsOfGradientsMatchDifferences_data();
    void gradientsOfGradientsMatchDifferences();
    void cleanupTestCase();

private:
    int m_checks = 0, m_exact = 0;
    double m_worst = 0, m_worstTranspose = 0;
};

void SecondOrderTest::gradientsOfGradientsMatchDifferences_data()
{
    addOpRows();
}

void SecondOrderTest::gradientsOfGradientsMatchDifferences()
{
    QFETCH(QString, op);
    QStringList failures;
    int checks = 0, exact = 0;
    double worst = 0, worstTranspose = 0;
    for (const Row& row : table().rows) {
        if (row.op != op.toStdString())
            continue;
        for (const Case& each : casesOf(row)) {
            const auto fail = [&](const QString& why) {
                failures += QString("%1: %2").arg(each.text.c_str(), why);
            };
            const Result<CheckedFunction> function = functionOf(each, Variant::Plain, 29);
            QVERIFY2(function, each.text.c_str());
            if (!exceptionFor(each).isEmpty())
                continue;
            const Result<double> transpose = transposeError(*function);
            if (!transpose) {
                fail(transpose.error().text().c_str());
                continue;
            }
            if (!(*transpose <= 1e-12))
                fail(QString("not transposes: %1").arg(*transpose));
            Result<CheckedFunction> gradient = gradientFunction(*function);
            QVERIFY(gradient);
            if (gradient->graph.outputs.empty())
                continue; // the op is constant
            const Result<std::unique_ptr<Probe>> probe = Probe::make(std::move(*gradient));
            QVERIFY(probe);
            const GradcheckReport report = gradcheck(**probe);
            ++checks;
            exact += report.verdict == GradcheckVerdict::Exact;
            if (report.verdict == GradcheckVerdict::Differs)
                fail(QString("gradient %1, slope %2, tolerance %3; %4 entries")
                         .arg(report.worst.gradient, 0, 'g', 12)
                         .arg(report.worst.slope, 0, 'g', 12)
                         .arg(report.worst.tolerance)
                         .arg(report.differing));
            else
                worst = std::max(worst, report.worst.relativeError);
            worstTranspose = std::max(worstTranspose, *transpose);
        }
    }
    qInfo("%d checks, %d exact; worst %.2g; transposed %.2g", checks, exact, worst, worstTranspose);
    QVERIFY2(failures.isEmpty(), qPrintable(failures.mid(0, 8).join("\n")));
    m_checks += checks;
    m_exact += exact;
    m_worst = std::max(m_worst, worst);
    m_worstTranspose = std::max(m_worstTranspose, worstTranspose);
}

void SecondOrderTest::cleanupTestCase()
{
    qInfo("in all %d checks, %d exact; worst %.2g; transposed %.2g", m_checks, m_exact, m_worst,
          m_worstTranspose);
}

QTEST_APPLESS_MAIN(SecondOrderTest)
#include "tst_second_order.moc"
