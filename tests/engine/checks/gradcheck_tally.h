#pragma once

#include "engine/checks/gradcheck.h"
#include "tests/engine/checks/op_cases.h"

#include <QStringList>

namespace backstep::opcases {

/// What the checks of one op, or of all, have found.
struct Tally {
    int checks = 0, exact = 0, undecided = 0, empty = 0, unverifiable = 0;
    double worst = 0;
    std::string worstCase;
    QStringList failures;

    void check(const Case& each, Variant variant, uint32_t seed)
    {
        const std::string name = each.text + ", " + opcases::nameOf(variant);
        Result<CheckedFunction> function = functionOf(each, variant, 11 * seed + 3);
        if (!function)
            return fail(name, function.error().text().c_str());
        const Result<std::unique_ptr<Probe>> probe = Probe::make(std::move(*function));
        if (!probe)
            return fail(name, probe.error().text().c_str());
        const GradcheckReport report = gradcheck(**probe, {.seed = seed});
        ++checks;
        const bool isEmpty = (*probe)->inputs().empty() || (*probe)->outputs().empty();
        empty += isEmpty;
        exact += report.verdict == GradcheckVerdict::Exact;
        undecided += !isEmpty && report.verdict == GradcheckVerdict::NotDecided;
        unverifiable += report.verdict == GradcheckVerdict::Unverifiable;
        if (report.verdict == GradcheckVerdict::Differs)
            fail(name, QString("gradient %1, slope %2, tolerance %3; %4 entries")
                           .arg(report.worst.gradient, 0, 'g', 12)
                           .arg(report.worst.slope, 0, 'g', 12)
                           .arg(report.worst.tolerance)
                           .arg(report.differing));
        else if (report.worst.relativeError > worst) {
            worst = report.worst.relativeError;
            worstCase = name;
        }
    }
    void fail(const std::string& name, const QString& why)
    {
        failures += QString("%1: %2").arg(name.c_str(), why);
    }
    void add(const Tally& other)
    {
        checks += other.checks;
        exact += other.exact;
        undecided += other.undecided;
        empty += other.empty;
        unverifiable += other.unverifiable;
        if (other.worst > worst) {
            worst = other.worst;
            worstCase = other.worstCase;
        }
    }
    QString text() const
    {
        return QString("%1 checks: %2 exact, %3 not decided, %4 at kinks, %5 without elements; "
                       "worst relative error %6 (%7)")
            .arg(checks)
            .arg(exact)
            .arg(undecided)
            .arg(unverifiable)
            .arg(empty)
            .arg(worst, 0, 'g', 2)
            .arg(worstCase.c_str());
    }
};

}
