// Edits: each a new document, and the pass brought back to where it stood.
#include "engine/session/fixes.h"
#include "engine/session/forwards.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/insertions.h"
#include "engine/session/live_session.h"
#include "engine/session/stepping.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace backstep {

/// Replaces the document. The pass goes on from the op where it stood: what lies before it is
/// computed again, which gives the same numbers bit for bit. A stop before the program is built
/// leaves everything as it was; a later one leaves the cursor where the pass has come to.
Result<void> DebugSession::replace(Document next, std::stop_token stop)
{
    const std::function<Result<Live::Built>()> work = [next, ids = m_live->ids] {
        return Live::build(next, ids);
    };
    Result<Live::Built> built = await(work, "Applying the change", stop);
    if (!built)
        return built.takeError();
    const PassState before = m_live->state;
    const std::shared_ptr<const Plan> oldPlan = m_live->snapshot->plan;
    const Program& program = built->program;
    const Position cursor =
        before.cursor == 0 ? 0 : samePlace(*oldPlan, before.cursor, *program.plan);
    m_live->ids = std::move(built->ids);
    m_live->document = std::move(next);
    m_live->pass = std::make_unique<LivePass>(program);
    m_live->publish(program);
    bool isTold = false;
    const auto progress = [&](double fraction) {
        if (observer && !std::exchange(isTold, true)) // positions are the new program's now
            observer->documentChanged(m_live->snapshot);
        tellRunning(fraction);
    };
    const Stop stopped = m_live->pass->run(cursor, false, stop, progress, m_live->slowAfter);
    m_live->state = m_live->pass->stateAt(m_live->pass->reached(), stopped.reason == Stop::Reached
                                                                       ? before.reason
                                                                       : Live::reasonOf(stopped));
    return {};
}

Result<void> DebugSession::attach(const GradientChoice& choice, std::stop_token stop)
{
    if (!m_live->isOpen)
        return Error{"nothing-open", "There is no model to attach a gradient to."};
    Document next = m_live->document;
    const auto same =
        std::find_if(next.gradients.begin(), next.gradients.end(),
                     [&](const auto& other) { return other.target == choice.target; });
    if (same == next.gradients.end())
        next.gradients.push_back(choice);
    else
        *same = choice;
    // What was lost for this op is given again.
    std::erase_if(next.orphans, [&](const auto& orphan) {
        return orphan.choice.target == choice.target && orphan.choice.text.empty();
    });
    return edit(
        std::move(next),
        fmt::format("{} {}", isCut(choice.text) ? "cut at" : "gradient of", textOf(choice.target)),
        stop);
}

Result<void> DebugSession::removeGradient(const GradientTarget& target, std::stop_token stop)
{
    Document next = m_live->document;
    const size_t removed =
        std::erase_if(next.gradients, [&](const auto& choice) { return choice.target == target; });
    if (removed == 0)
        return Error{"no-gradient",
                     fmt::format("'{}' has no gradient of its own.", textOf(target))};
    return edit(std::move(next), fmt::format("removal of the gradient of {}", textOf(target)),
                stop);
}

Result<void> DebugSession::insert(const Insertion& insertion, std::stop_token stop)
{
    if (!m_live->isOpen || !m_live->document.graph->has(insertion.node))
        return Error{"nothing-open", "There is no such op."};
    Result<Document> next = withInsertion(m_live->document, insertion);
    if (!next)
        return next.takeError();
    return edit(std::move(*next), "insertion", stop);
}

Result<void> DebugSession::setForward(const ForwardChoice& choice, std::stop_token stop)
{
    if (!m_live->isOpen)
        return Error{"nothing-open", "There is no model."};
    Result<Document> next = withForward(m_live->document, choice);
    if (!next)
        return next.takeError();
    return edit(std::move(*next), fmt::format("forward of {}", choice.op), stop);
}

Result<void> DebugSession::removeForward(const std::string& op, std::stop_token stop)
{
    if (!m_live->isOpen)
        return Error{"nothing-open", "There is no model."};
    Result<Document> next = withoutForward(m_live->document, op);
    if (!next)
        return next.takeError();
    return edit(std::move(*next), fmt::format("removal of the forward of {}", op), stop);
}

Result<void> DebugSession::applyFix(NodeId node, const Fix& fix, std::stop_token stop)
{
    if (!m_live->isOpen || !m_live->document.graph->has(node))
        return Error{"nothing-open", "There is no such op."};
    Result<Document> next = withFix(m_live->document, node, fix);
    if (!next)
        return next.takeError();
    return edit(std::move(*next), fmt::format("fix \"{}\"", fix.title), stop);
}

Result<void> DebugSession::setLoss(const LossChoice& loss, std::stop_token stop)
{
    if (!m_live->isOpen)
        return Error{"nothing-open", "There is no model."};
    Document next = m_live->document;
    next.loss = loss;
    return edit(std::move(next), "loss", stop);
}

/// No edit: nothing to undo, and the pass stays where it stands.
Result<void> DebugSession::setProfile(const Profile& profile, std::stop_token stop)
{
    if (!m_live->isOpen)
        return Error{"nothing-open", "There is no model."};
    Document next = m_live->document;
    next.profile = profile;
    if (Result<void> replaced = replace(std::move(next), stop); !replaced)
        return replaced;
    announce();
    return {};
}

Result<void> DebugSession::edit(Document next, std::string title, std::stop_token stop)
{
    m_live->done.push_back({m_live->document, std::move(title)});
    std::vector<Live::Step> undone = std::move(m_live->undone);
    m_live->undone.clear();
    Result<void> replaced = replace(std::move(next), stop);
    if (!replaced) {
        m_live->done.pop_back();
        m_live->undone = std::move(undone);
        return replaced;
    }
    announce();
    return {};
}

bool DebugSession::travel(bool isUndo, std::stop_token stop)
{
    std::vector<Live::Step>& from = isUndo ? m_live->done : m_live->undone;
    std::vector<Live::Step>& to = isUndo ? m_live->undone : m_live->done;
    if (from.empty())
        return false;
    const Live::Step step = std::move(from.back());
    from.pop_back();
    to.push_back({m_live->document, step.title});
    Document target = step.document;
    target.profile = m_live->document.profile;
    if (!replace(std::move(target), stop)) { // it was a valid document once: only a stop does that
        to.pop_back();
        from.push_back(step);
        return false;
    }
    announce();
    return true;
}

bool DebugSession::undo(std::stop_token stop)
{
    return travel(true, stop);
}

bool DebugSession::redo(std::stop_token stop)
{
    return travel(false, stop);
}

}
