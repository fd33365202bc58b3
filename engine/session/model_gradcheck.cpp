#include "engine/session/model_gradcheck.h"

#include "engine/checks/single_op.h"
#include "engine/session/gradient_choices.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace backstep {

namespace {

/// Beyond it the whole model is not run hundreds of times.
constexpr Position kLargestWhole = 200000;
/// Of <w, Jv> and <J'w, v> (SEMANTICS R13).
constexpr double kTransposed = 1e-12;

/// Of several timesteps the one that tells most: a difference, then what was decided at all.
int weightOf(const OpGradcheck& check)
{
    if (!check.isChecked)
        return 0;
    switch (check.report.verdict) {
    case GradcheckVerdict::Differs:
        return 4;
    case GradcheckVerdict::Exact:
        return 3;
    case GradcheckVerdict::Unverifiable:
        return 2;
    case GradcheckVerdict::NotDecided:
        break;
    }
    return 1;
}

class ModelCheck
{
public:
    ModelCheck(DebugSession& session, const GradcheckOptions& options)
        : m_session(session), m_options(options), m_snapshot(session.snapshot()),
          m_graph(*m_snapshot->program)
    {
        const Document& document = *m_snapshot->document;
        if (Result<GradientTable> table = gradientTable(*document.graph, document.gradients))
            m_table = std::move(*table);
        session.setStopsAtBreaks(false);
        session.step(StepKind::ForwardEnd);
    }

    OpGradcheck checkOp(NodeId id)
    {
        const Node& node = m_graph.node(id);
        OpGradcheck worst;
        worst.node = id;
        worst.at.node = id;
        const OpReport& report = m_snapshot->report->at(id);
        const GradientState state = report.state;
        const bool hasGradient = state == GradientState::Converted ||
                                 state == GradientState::Starved ||
                                 state == GradientState::Custom || state == GradientState::OffPath;
        if (state == GradientState::ZeroEverywhere || state == GradientState::CutOnPurpose) {
            worst.verdict =
                state == GradientState::CutOnPurpose ? "cut on purpose" : "zero almost everywhere";
            return worst;
        }
        const OpDef* def = operators().find(node.op);
        if (!hasGradient ||
            (state == GradientState::OffPath && (!def || !def->gradient.function()))) {
            worst.verdict = "no gradient";
            worst.remark = std::string(nameOf(state));
            return worst;
        }
        bool isFirst = true;
        for (const TimestepPath& at : timestepsOf(node)) {
            if (report.elsewhereAt && report.elsewhereAt->contains(at.innermost()) &&
                report.elsewhere != GradientState::Converted)
                continue; // no rule there to be checked
            OpGradcheck check = checkAt(node, at);
            if (isFirst || weightOf(check) > weightOf(worst))
                worst = std::move(check);
            isFirst = false;
        }
        noteIgnoredCast(worst, node);
        return worst;
    }

    /// The loss by the weights and inputs of the whole model.
    OpGradcheck checkWhole(bool areOpsExact)
    {
        OpGradcheck whole;
        const auto isPartial = [](const auto& target) {
            return target.second.isIncomplete || target.second.flow == Flow::Blocked;
        };
        const auto& targets = m_snapshot->report->targets;
        whole.verdict = "not checked";
        if (m_graph.loss == kNoValue)
            whole.remark = "the model has no loss";
        else if (!areOpsExact)
            whole.remark = "an op's gradient is not the derivative";
        else if (!m_snapshot->report->opsIn(GradientState::CutOnPurpose).empty())
            whole.remark = "the gradient is cut on purpose";
        else if (std::any_of(targets.begin(), targets.end(), isPartial))
            whole.remark = "a weight's gradient lacks a part";
        else if (m_snapshot->plan->backwardStart() > kLargestWhole)
            whole.remark = "too many timesteps; make them fewer with --dim";
        if (!whole.remark.empty())
            return whole;
        judge(whole, wholeModel(m_graph, [&](ValueId value) { return valueAt(value, {}); }),
              nullptr);
        return whole;
    }

private:
    /// The first, middle and last timestep, and the first of each gradient that stands at some.
    std::vector<TimestepPath> timestepsOf(const Node& node) const
    {
        std::vector<TimestepPath> all = timestepsOf(node.region);
        for (const CustomGradient& custom : m_table.custom(node.id))
            if (custom.steps)
                for (const TimestepPath& outer : timestepsOf(m_graph.region(node.region).parent))
                    all.push_back(outer.then(custom.steps->at(0)));
        return all;
    }

    std::vector<TimestepPath> timestepsOf(RegionId region) const
    {
        if (region == kTopRegion)
            return {TimestepPath{}};
        std::vector<TimestepPath> all;
        const int64_t count = m_graph.stepCount(region);
        if (count == 0)
            return all;
        for (const TimestepPath& outer : timestepsOf(m_graph.region(region).parent))
            for (const int64_t t : std::set<int64_t>{0, count / 2, count - 1})
                all.push_back(outer.then(t));
        return all;
    }

    Tensor valueAt(ValueId value, const TimestepPath& at)
    {
        const int depth = m_graph.depth(m_graph.value(value).region);
        return m_session.value({value, at.upTo(depth)}).tensor;
    }

    OpGradcheck checkAt(const Node& node, const TimestepPath& at)
    {
        OpGradcheck check;
        check.node = node.id;
        check.at = {node.id, at};
        const CustomGradient* custom = m_table.customAt(node.id, at.innermost());
        if (custom && custom->isCut()) {
            check.verdict = "cut on purpose";
            return check;
        }
        Result<CheckedFunction> function = singleOp(
            m_graph, node, [&](ValueId value) { return valueAt(value, at); }, custom);
        if (!function) {
            check.verdict = "unverifiable";
            check.remark = function.error().message;
            return check;
        }
        judge(check, std::move(*function), custom);
        return check;
    }

    void judge(OpGradcheck& check, CheckedFunction function, const CustomGradient* custom)
    {
        const bool isOp = check.node != kNoNode;
        const Result<double> transposed = isOp ? transposeError(function, m_options.seed) : 0.0;
        const Result<std::unique_ptr<Probe>> probe = Probe::make(std::move(function));
        if (!probe) {
            check.verdict = "unverifiable";
            check.remark = probe.error().message;
            return;
        }
        check.report = gradcheck(**probe, m_options);
        if (isOp)
            check.behaviour = behaviourOf(**probe, m_options.seed);
        check.isChecked = true;
        check.verdict = std::string(nameOf(check.report.verdict));
        const Graph& graph = (*probe)->graph();
        const auto place = [&](const Element& element) {
            return element.value == kNoValue ? "all, weighed" : elementText(graph, element);
        };
        check.worstOutput = place(check.report.worst.output);
        check.worstInput = place(check.report.worst.input);
        if (check.report.verdict == GradcheckVerdict::Unverifiable)
            check.remark = check.report.atJumps > 0   ? "at a jump"
                           : check.report.atKinks > 0 ? "at a kink"
                                                      : "a value is not finite";
        if (isOp && check.behaviour.isLinear)
            judgeTransposed(check, transposed);
        if (check.report.verdict != GradcheckVerdict::Differs)
            return;
        if (custom && custom->isAccepted)
            check.verdict = "surrogate";
        else
            check.isFailure = true;
    }

    static void judgeTransposed(OpGradcheck& check, const Result<double>& transposed)
    {
        if (!transposed) {
            check.remark += (check.remark.empty() ? "" : "; ") +
                            ("its gradient has no gradient: " + transposed.error().message);
            return;
        }
        check.transposeError = *transposed;
        if (*transposed <= kTransposed)
            return;
        check.isFailure = true;
        check.remark = fmt::format("its gradient and the gradient of that do not fit: <w, Jv> and "
                                   "<J'w, v> differ by {:.2g} of their size",
                                   *transposed);
    }

    /// A Cast that is an identity here (SEMANTICS R13).
    void noteIgnoredCast(OpGradcheck& check, const Node& node) const
    {
        const std::vector<std::string>& ignored = m_snapshot->document->source->ignoredCasts;
        if (std::find(ignored.begin(), ignored.end(), node.origin.name) != ignored.end())
            check.remark = "precision step ignored: a cast between widths of floats";
    }

    DebugSession& m_session;
    GradcheckOptions m_options;
    std::shared_ptr<const Snapshot> m_snapshot;
    const Graph& m_graph; ///< with loss and backward pass
    GradientTable m_table;
};

}

CheckMark markOf(const OpGradcheck& check)
{
    if (check.isFailure)
        return CheckMark::Fails;
    if (check.verdict == nameOf(GradcheckVerdict::Exact))
        return CheckMark::Passes;
    if (check.verdict == "surrogate")
        return CheckMark::Surrogate;
    return check.isChecked || check.verdict == "unverifiable" ? CheckMark::NotDecided
                                                              : CheckMark::None;
}

std::vector<OpGradcheck> gradcheckModel(DebugSession& session, const std::string& op,
                                        const GradcheckOptions& options,
                                        const GradcheckProgress& progress)
{
    ModelCheck check(session, options);
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    const Graph& graph = *snapshot->program;
    std::vector<NodeId> ops;
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (!node.isScan() && node.origin.phase == Phase::Forward &&
            (op.empty() || node.origin.name == op || node.op.type == op))
            ops.push_back(id);
    }
    std::vector<OpGradcheck> checks;
    const size_t all = ops.size() + (op.empty() ? 1 : 0);
    // A row that a stop came into is not finished.
    const auto add = [&](OpGradcheck row) {
        if (options.stop.stop_requested())
            return;
        checks.push_back(std::move(row));
        if (progress)
            progress(checks.back(), checks.size(), all);
    };
    bool areExact = true;
    for (const NodeId id : ops) {
        if (options.stop.stop_requested())
            break;
        add(check.checkOp(id));
        areExact = areExact && !checks.empty() && !checks.back().isFailure &&
                   checks.back().verdict != "surrogate";
    }
    if (op.empty() && !options.stop.stop_requested())
        add(check.checkWhole(areExact));
    return checks;
}

}
