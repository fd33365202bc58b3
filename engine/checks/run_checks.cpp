#include "engine/checks/run_checks.h"

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

/// More op instances than this are not searched for the first NaN.
constexpr Position kMostSearched = 500'000;
/// Where all gradients are finite, an infinity on the way is worth a shorter look.
constexpr Position kMostForHealthy = 5'000;

struct Content {
    int64_t count = 0, zeros = 0, nans = 0, infinities = 0;
    int64_t firstBad = -1;
    bool isFinite() const { return nans + infinities == 0; }
};

Content contentOf(const Tensor& tensor)
{
    Content content;
    if (tensor.isNull() || !isFloating(tensor.dtype()))
        return content;
    content.count = tensor.count();
    for (int64_t i = 0; i < content.count; ++i) {
        const double number = tensor.number(i);
        content.zeros += number == 0;
        content.nans += std::isnan(number);
        content.infinities += std::isinf(number);
        if (!std::isfinite(number) && content.firstBad < 0)
            content.firstBad = i;
    }
    return content;
}

class RunCheck
{
public:
    explicit RunCheck(const RunSubject& subject) : m_subject(subject) {}

    RunReport run()
    {
        bool isSound = true;
        for (const auto& [target, arrival] : m_subject.report.targets)
            if (graph().value(target).kind == ValueKind::Weight && arrival.flow == Flow::Live)
                isSound = checkWeight(target) && isSound;
        if (m_subject.reached <= (isSound ? kMostForHealthy : kMostSearched))
            reportFirstBad(isSound);
        return std::move(m_report);
    }

private:
    const Graph& graph() const { return m_subject.plan.graph(); }

    /// False where the gradient is not finite.
    bool checkWeight(ValueId weight)
    {
        const auto cotangent = m_subject.cotangents.find(weight);
        if (cotangent == m_subject.cotangents.end())
            return true;
        const Content content = contentOf(m_subject.valueAt({cotangent->second, {}}));
        if (content.count == 0)
            return true;
        Health& health = m_report.health[weight];
        health.zeroShare = static_cast<double>(content.zeros) / static_cast<double>(content.count);
        if (content.nans > 0)
            health.word = "nan";
        else if (content.infinities > 0)
            health.word = "inf";
        else if (content.zeros == content.count)
            health.word = "zero-on-this-data";
        return content.isFinite();
    }

    /// Of what the model computes, before the loss, before the backward pass: a loss term can
    /// overflow steps earlier than the state that it is made of.
    static int rankOf(const Node& node)
    {
        const Phase phase = node.origin.phase;
        return phase == Phase::Forward ? 0 : phase == Phase::Loss ? 1 : 2;
    }

    void reportFirstBad(bool isSound)
    {
        int bestRank = 3;
        OpAddress best;
        ValueId bestValue = kNoValue;
        for (Position position = 0; position < m_subject.reached && bestRank > 0; ++position) {
            const OpAddress address = m_subject.plan.addressAt(position);
            const Node& node = graph().node(address.node);
            if (node.isScan() || rankOf(node) >= bestRank)
                continue;
            if (position >= m_subject.plan.backwardStart() && bestRank < 2)
                break;
            for (const ValueId output : node.outputs)
                if (output != kNoValue && rankOf(node) < bestRank &&
                    !contentOf(m_subject.valueAt({output, address.at})).isFinite()) {
                    bestRank = rankOf(node);
                    best = address;
                    bestValue = output;
                }
        }
        if (bestRank == 3)
            return;
        const Tensor tensor = m_subject.valueAt({bestValue, best.at});
        report(best, graph().node(best.node), tensor, contentOf(tensor), isSound);
    }

    void report(const OpAddress& address, const Node& node, const Tensor& tensor,
                const Content& content, bool isSound)
    {
        const bool isBackward = node.origin.phase == Phase::Backward;
        const DiagnosticKind& kind = isBackward             ? kinds::infTimesZero
                                     : address.at.depth > 0 ? kinds::nanInRecurrence
                                                            : kinds::nanForward;
        // A backward op is shown at the forward op whose gradient it is.
        const NodeId shown =
            isBackward && node.origin.primal != kNoNode && graph().has(node.origin.primal)
                ? node.origin.primal
                : address.node;
        Finding finding{.kind = &kind, .node = shown};
        if (address.at.depth > 0)
            finding.timesteps = {{address.at.t[0], address.at.t[0]}};
        finding.message = fmt::format(
            "The first value that is not finite is element {} of {} [{}], {} in the {} pass{}: {} "
            "of {} elements of {} there. Its inputs are finite.{}",
            placeText(tensor.shape(), content.firstBad), printable(node.origin.name), node.op.type,
            std::isnan(tensor.number(content.firstBad)) ? "a NaN" : "an infinity",
            isBackward ? "backward" : "forward",
            address.at.depth > 0 ? fmt::format(" at timestep {}", address.at.t[0]) : "",
            content.nans + content.infinities, content.count, tensor.type().text(),
            isSound ? " No weight's gradient is touched here; TensorFlow's relu multiplies it by "
                      "zero and makes a NaN of it."
                    : "");
        for (const auto& [weight, health] : m_report.health)
            if (health.word == "nan" || health.word == "inf")
                finding.weights.push_back(weight);
        finding.fixes = {remedyOf(kind)};
        finding.isNote = isSound || !m_subject.isDataGiven;
        addCatalogueWords(finding);
        m_report.findings.push_back(std::move(finding));
    }

    const RunSubject& m_subject;
    RunReport m_report;
};

/// Weights that the recurrence's own ops read, through what only moves their elements.
std::vector<ValueId> weightsOf(const Graph& graph, const Node& scan)
{
    std::vector<ValueId> open, weights;
    for (const NodeId id : graph.region(scan.body).nodes)
        if (const Node& node = graph.node(id); !node.origin.isSunk)
            open.insert(open.end(), node.inputs.begin(), node.inputs.end());
    std::set<ValueId> seen;
    while (!open.empty()) {
        const ValueId value = open.back();
        open.pop_back();
        if (value == kNoValue || !seen.insert(value).second ||
            graph.value(value).region == scan.body)
            continue;
        if (graph.value(value).kind == ValueKind::Weight)
            weights.push_back(value);
        const NodeId producer = graph.value(value).producer;
        if (producer != kNoNode && !graph.node(producer).isScan())
            open.insert(open.end(), graph.node(producer).inputs.begin(),
                        graph.node(producer).inputs.end());
    }
    std::sort(weights.begin(), weights.end());
    return weights;
}

/// 10 octaves: a thousandth, or a thousandfold.
constexpr double kNotable = 10;

}

RunReport checkRun(const RunSubject& subject)
{
    RunReport report = RunCheck(subject).run();
    if (subject.reached < subject.plan.size())
        return report;
    checkActivations(subject, report.findings);
    checkKinks(subject, report.findings);
    checkUnderflow(subject, report.findings);
    return report;
}

void addDecay(RunReport& report, const Graph& graph, const RecurrenceDecay& recurrence,
              bool isDataGiven)
{
    const Decay& decay = recurrence.decay;
    if (!decay.isGeometric || std::abs(decay.octaves) < kNotable)
        return;
    const bool isVanishing = decay.octaves < 0;
    const Node& scan = graph.node(recurrence.scan);
    const int64_t steps = graph.stepCount(scan.body);
    Finding finding{.kind = isVanishing ? &kinds::vanishing : &kinds::exploding,
                    .node = recurrence.scan};
    finding.message = fmt::format(
        "The cotangent of the last timestep {} every {:.3g} timesteps (quartiles {:.3g} to {:.3g}) "
        "on its way back through '{}' ({}): over it by a factor of 2^{:.0f}.",
        isVanishing ? "halves" : "doubles", std::abs(decay.halfLife),
        std::min(std::abs(decay.low), std::abs(decay.high)),
        std::max(std::abs(decay.low), std::abs(decay.high)), printable(scan.origin.name),
        counted(steps, "timestep"), decay.octaves);
    finding.weights = weightsOf(graph, scan);
    for (const ValueId weight : finding.weights)
        if (Health& health = report.health[weight]; health.word == "ok")
            health.word = isVanishing ? "vanishing" : "exploding";
    finding.fixes = {remedyOf(*finding.kind)};
    finding.isNote = !isDataGiven;
    addCatalogueWords(finding);
    report.findings.push_back(std::move(finding));
}

}
