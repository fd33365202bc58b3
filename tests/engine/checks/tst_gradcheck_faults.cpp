// Whether gradcheck finds wrong rules: faults seeded into backward passes that are right.

#include "engine/checks/gradcheck.h"
#include "tests/engine/checks/graph_faults.h"
#include "tests/engine/checks/op_cases.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace backstep;
using namespace backstep::opcases;

namespace {

constexpr int kWanted = 1200;
constexpr int kPoints = 3;

/// A fault in the function of one case.
struct Mutant {
    const Case* each;
    faults::Site site;
};

std::unique_ptr<Probe> probeAt(const Case& each, uint32_t seed, const GraphEdit& edit = {})
{
    Result<CheckedFunction> function = functionOf(each, Variant::Plain, seed);
    if (!function)
        return nullptr;
    Result<std::unique_ptr<Probe>> probe = Probe::make(std::move(*function), edit);
    return probe ? std::move(*probe) : nullptr;
}

/// A gradient is linear in the cotangent, so one random cotangent tells two gradients apart with
/// probability 1. A mutant that gives the same gradient as the right pass at a random cotangent has
/// the same Jacobian there: at this point it is no fault, and no check of gradients can find it.
bool isSameGradient(Probe& right, Probe& mutant)
{
    std::mt19937 random(17);
    std::normal_distribution<double> normal;
    std::vector<double> cotangent(right.outputs().size());
    for (double& each : cotangent)
        each = normal(random);
    const std::vector<double> a = right.pullback(cotangent), b = mutant.pullback(cotangent);
    double largest = 0, difference = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        if (!std::isfinite(a[i]))
            return true; // nor is there a right gradient to tell it from
        largest = std::max(largest, std::abs(a[i]));
        difference = std::max(difference, std::isfinite(b[i]) ? std::abs(a[i] - b[i]) : INFINITY);
    }
    return difference <= 1e-12 * largest;
}

enum class Outcome { Equivalent, Found, Missed };

Outcome outcomeOf(const Mutant& mutant)
{
    bool isFault = false;
    for (uint32_t point = 0; point < kPoints; ++point) {
        const uint32_t seed = 100 + point;
        const std::unique_ptr<Probe> right = probeAt(*mutant.each, seed);
        const std::unique_ptr<Probe> wrong = probeAt(
            *mutant.each, seed, [&](Differentiated& whole) { faults::seed(whole, mutant.site); });
        if (!right || !wrong || right->inputs().empty() || right->outputs().empty())
            continue;
        if (isSameGradient(*right, *wrong))
            continue;
        isFault = true;
        if (gradcheck(*wrong).verdict == GradcheckVerdict::Differs)
            return Outcome::Found;
    }
    return isFault ? Outcome::Missed : Outcome::Equivalent;
}

}

class GradcheckFaultsTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void findsSeededFaults_data();
    void findsSeededFaults();
    void cleanupTestCase();

private:
    std::vector<Case> m_cases;
    std::map<faults::Kind, std::vector<Mutant>> m_mutants;
    int m_found = 0, m_missed = 0, m_equivalent = 0;
};

void GradcheckFaultsTest::initTestCase()
{
    for (const Row& row : table().rows)
        for (Case& each : casesOf(row))
            m_cases.push_back(std::move(each));
    std::mt19937 random(5);
    for (const Case& each : m_cases) {
        std::vector<faults::Site> sites;
        probeAt(each, 100, [&](Differentiated& whole) { sites = faults::sitesOf(whole); });
        for (const faults::Site& site : sites)
            m_mutants[site.kind].push_back({&each, site});
    }
    for (auto& [kind, mutants] : m_mutants)
        std::shuffle(mutants.begin(), mutants.end(), random);
}

void GradcheckFaultsTest::findsSeededFaults_data()
{
    QTest::addColumn<int>("kind");
    for (const faults::Kind kind : faults::kKinds)
        QTest::newRow(faults::nameOf(kind)) << int(kind);
}

void GradcheckFaultsTest::findsSeededFaults()
{
    QFETCH(int, kind);
    const int wanted =
        (kWanted + int(std::size(faults::kKinds)) - 1) / int(std::size(faults::kKinds));
    int found = 0, equivalent = 0;
    QStringList missed;
    const std::vector<Mutant>& mutants = m_mutants[faults::Kind(kind)];
    for (const Mutant& mutant : mutants) {
        if (found + missed.size() == wanted)
            break;
        switch (outcomeOf(mutant)) {
        case Outcome::Found:
            ++found;
            break;
        case Outcome::Equivalent:
            ++equivalent;
            break;
        case Outcome::Missed:
            probeAt(*mutant.each, 100, [&](Differentiated& whole) {
                missed += QString::fromStdString(mutant.each->text + ": " +
                                                 faults::textOf(whole, mutant.site));
            });
        }
    }
    qInfo("%d of %d found; %d more change no gradient; %d places", found,
          found + int(missed.size()), equivalent, int(mutants.size()));
    for (const QString& each : missed)
        qInfo("missed: %s", qPrintable(each));
    QCOMPARE(found + int(missed.size()), wanted);
    m_found += found;
    m_missed += int(missed.size());
    m_equivalent += equivalent;
}

void GradcheckFaultsTest::cleanupTestCase()
{
    qInfo("in all %d of %d faults found", m_found, m_found + m_missed);
    QVERIFY(m_found + m_missed >= kWanted);
    QVERIFY(m_found * 100 >= (m_found + m_missed) * 99);
}

QTEST_APPLESS_MAIN(GradcheckFaultsTest)
#include "tst_gradcheck_faults.moc"
