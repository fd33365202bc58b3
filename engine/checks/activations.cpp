// What activations show over all examples and timesteps of a run.

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/checks/run_places.h"
#include "engine/diagnostics/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace backstep {

namespace {

constexpr double kSaturated = 4; ///< beyond it the slope of sigmoid is below 0.018
constexpr double kDeadShare = 0.25, kSaturatedShare = 0.5;

/// Calls `see` with the value at the timesteps that are looked at.
template<class See>
void atTimesteps(const RunSubject& subject, const Node& node, ValueId value, See see)
{
    for (const TimestepPath& at : placesLookedAt(subject.plan.graph(), node)) {
        const Tensor tensor = valueSeen(subject, value, at);
        if (!tensor.isNull() && tensor.shape().rank() > 0)
            see(tensor);
    }
}

void checkUnits(const RunSubject& subject, const Node& node, FindingList& findings)
{
    std::vector<bool> isAlive;
    atTimesteps(subject, node, node.outputs[0], [&](const Tensor& tensor) {
        const auto units = static_cast<size_t>(std::max<int64_t>(1, tensor.shape().back()));
        isAlive.resize(std::max(isAlive.size(), units));
        for (int64_t i = 0; i < tensor.count(); ++i)
            if (tensor.number(i) != 0)
                isAlive[static_cast<size_t>(i) % units] = true;
    });
    const auto dead = std::count(isAlive.begin(), isAlive.end(), false);
    const auto units = static_cast<double>(isAlive.size());
    if (isAlive.empty() || static_cast<double>(dead) < kDeadShare * units)
        return;
    findings.push_back(runFinding(
        subject, kinds::deadUnits, node.id,
        fmt::format("{}: {} of {} units are 0 for every example and timestep, and let no gradient "
                    "through.",
                    opName(node), dead, isAlive.size())));
}

/// The gates of one layer in one recurrence are told once.
std::string gatesOf(const Node& node)
{
    return node.region == kTopRegion ? node.origin.name
                                     : fmt::format("{} {}", number(node.region), node.origin.layer);
}

void checkGate(const RunSubject& subject, const Node& node, FindingList& findings,
               std::set<std::string>& told)
{
    int64_t count = 0, saturated = 0;
    atTimesteps(subject, node, node.inputs[0], [&](const Tensor& tensor) {
        for (int64_t i = 0; i < tensor.count(); ++i)
            saturated += std::abs(tensor.number(i)) > kSaturated;
        count += tensor.count();
    });
    if (count == 0 ||
        static_cast<double>(saturated) <= kSaturatedShare * static_cast<double>(count) ||
        !told.insert(gatesOf(node)).second)
        return;
    findings.push_back(runFinding(
        subject, kinds::saturation, node.id,
        fmt::format("{}: {} of {} values that go in lie beyond -4 and 4, where it is nearly flat.",
                    opName(node), saturated, count)));
}

}

void checkActivations(const RunSubject& subject, FindingList& findings)
{
    const Graph& graph = subject.plan.graph();
    std::set<std::string> told;
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase != Phase::Forward || node.problem || graph.depth(node.region) > 1)
            continue;
        if (node.op.is("Relu"))
            checkUnits(subject, node, findings);
        else if (node.op.is("Sigmoid") || node.op.is("Tanh"))
            checkGate(subject, node, findings, told);
    }
}

}
