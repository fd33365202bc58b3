#include "engine/session/debug_session.h"

#include "engine/execution/executor.h"
#include "engine/formats/file_view.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/live_pass.h"
#include "engine/session/opening.h"
#include "engine/session/program.h"
#include "engine/session/stepping.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// A document with what led to it, for undo.
struct Step {
    Document document;
    std::string title;
};

std::string titleOf(const GradientChoice& choice)
{
    return fmt::format("gradient of {}", choice.target.name);
}

}

struct DebugSession::Live {
    std::vector<Step> undone, done; ///< `done.back()` is the document before the present one
    Document document;
    bool isOpen = false;
    std::unique_ptr<IdBook> ids = std::make_unique<IdBook>();
    std::shared_ptr<const Snapshot> snapshot = std::make_shared<const Snapshot>();
    std::unique_ptr<LivePass> pass;
    PassState state;
    bool stopsAtBreaks = true;

    void publish(const Program& program)
    {
        auto next = std::make_shared<Snapshot>();
        next->document = std::make_shared<const Document>(document);
        next->program = program.graph;
        next->plan = program.plan;
        next->report = program.report;
        next->findings = program.findings;
        next->states = program.states;
        next->cotangents = program.cotangents;
        next->assumptions = program.assumptions;
        for (const Step& step : done)
            next->undoTitles.push_back(step.title);
        for (const Step& step : undone)
            next->redoTitles.push_back(step.title);
        snapshot = std::move(next);
    }
};

DebugSession::DebugSession(SessionObserver* sessionObserver)
    : observer(sessionObserver), m_live(std::make_unique<Live>())
{}

DebugSession::~DebugSession() = default;

std::shared_ptr<const Snapshot> DebugSession::snapshot() const
{
    return m_live->snapshot;
}

const PassState& DebugSession::state() const
{
    return m_live->state;
}

void DebugSession::setStopsAtBreaks(bool stops)
{
    m_live->stopsAtBreaks = stops;
}

/// Takes over a document that was opened: everything before is gone, undo history too.
Result<void> DebugSession::adopt(Result<Document> document)
{
    if (!document)
        return document.takeError();
    auto ids = std::make_unique<IdBook>();
    Result<Program> program = buildProgram(*document, *ids);
    if (!program)
        return program.takeError();
    m_live->ids = std::move(ids);
    m_live->done.clear();
    m_live->undone.clear();
    m_live->document = std::move(*document);
    m_live->isOpen = true;
    m_live->pass = std::make_unique<LivePass>(*program);
    m_live->publish(*program);
    m_live->state = m_live->pass->stateAt(0, StopReason::Start);
    announce();
    return {};
}

void DebugSession::announce()
{
    if (!observer)
        return;
    observer->documentChanged(m_live->snapshot);
    observer->passMoved(m_live->state);
}

Result<void> DebugSession::open(const std::string& path, const OpenOptions& options)
{
    return adopt(documentFromFile(path, options));
}

Result<void> DebugSession::openExample(const std::string& name, const OpenOptions& options)
{
    return adopt(documentFromExample(name, options));
}

Result<void> DebugSession::openText(const std::string& text, const OpenOptions& options)
{
    return adopt(documentFromText(text, options));
}

Result<void> DebugSession::save(const std::string& path)
{
    if (!m_live->isOpen)
        return Error{"nothing-open", "There is no model to save."};
    Result<std::string> bytes = bytesOf(m_live->document);
    if (!bytes)
        return bytes.takeError();
    return writeFile(path, *bytes);
}

/// Replaces the document. The pass goes on from the op where it stood: what lies before it is
/// computed again, which gives the same numbers bit for bit.
Result<void> DebugSession::replace(Document next)
{
    Result<Program> program = buildProgram(next, *m_live->ids);
    if (!program)
        return program.takeError();
    const PassState before = m_live->state;
    const std::shared_ptr<const Plan> oldPlan = m_live->snapshot->plan;
    auto pass = std::make_unique<LivePass>(*program);
    const Position cursor =
        before.cursor == 0 ? 0 : samePlace(*oldPlan, before.cursor, *program->plan);
    m_live->document = std::move(next);
    m_live->pass = std::move(pass);
    m_live->publish(*program);
    m_live->pass->run(cursor, false, {}, {});
    m_live->state = m_live->pass->stateAt(m_live->pass->reached(), before.reason);
    return {};
}

Result<void> DebugSession::attach(const GradientChoice& choice)
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
    return edit(std::move(next), titleOf(choice));
}

Result<void> DebugSession::removeGradient(const GradientTarget& target)
{
    Document next = m_live->document;
    const size_t removed =
        std::erase_if(next.gradients, [&](const auto& choice) { return choice.target == target; });
    if (removed == 0)
        return Error{"no-gradient", fmt::format("'{}' has no gradient of its own.", target.name)};
    return edit(std::move(next), fmt::format("removal of the gradient of {}", target.name));
}

Result<void> DebugSession::setLoss(const LossChoice& loss)
{
    if (!m_live->isOpen)
        return Error{"nothing-open", "There is no model."};
    Document next = m_live->document;
    next.loss = loss;
    return edit(std::move(next), "loss");
}

Result<void> DebugSession::edit(Document next, std::string title)
{
    Step step{m_live->document, std::move(title)};
    m_live->done.push_back(step);
    std::vector<Step> undone = std::move(m_live->undone);
    m_live->undone.clear();
    Result<void> replaced = replace(std::move(next));
    if (!replaced) {
        m_live->done.pop_back();
        m_live->undone = std::move(undone);
        return replaced;
    }
    announce();
    return {};
}

bool DebugSession::travel(bool isUndo)
{
    std::vector<Step>& from = isUndo ? m_live->done : m_live->undone;
    std::vector<Step>& to = isUndo ? m_live->undone : m_live->done;
    if (from.empty())
        return false;
    Step step = std::move(from.back());
    from.pop_back();
    to.push_back({m_live->document, step.title});
    if (!replace(std::move(step.document)))
        return false; // it was a valid document once
    announce();
    return true;
}

bool DebugSession::undo()
{
    return travel(true);
}

bool DebugSession::redo()
{
    return travel(false);
}

GradientPreview DebugSession::preview(const GradientTarget& target, const std::string& text) const
{
    GradientPreview preview;
    if (!m_live->isOpen) {
        preview.error = Error{"nothing-open", "There is no model."};
        return preview;
    }
    Document next = m_live->document;
    std::erase_if(next.gradients, [&](const auto& choice) { return choice.target == target; });
    next.gradients.push_back({target, text, {}});
    IdBook scrap;
    Result<Program> program = buildProgram(next, scrap);
    if (!program) {
        preview.error = program.takeError();
        return preview;
    }
    int64_t live = 0, weights = 0;
    for (const auto& [value, arrival] : program->report->targets) {
        if (program->graph->value(value).kind != ValueKind::Weight)
            continue;
        ++weights;
        live += arrival.flow == Flow::Live ? 1 : 0;
    }
    preview.summary = fmt::format("Compiles. With it {} of {} weights learn.", live, weights);
    return preview;
}

PassState DebugSession::step(StepKind kind, std::stop_token stop)
{
    if (!m_live->isOpen)
        return m_live->state;
    const bool obeysBreaks =
        kind == StepKind::Continue || kind == StepKind::Over || kind == StepKind::Out;
    return go(stepTarget(*m_live->snapshot->plan, m_live->state.cursor, kind), stop,
              obeysBreaks && m_live->stopsAtBreaks);
}

PassState DebugSession::runTo(Position target, std::stop_token stop)
{
    return m_live->isOpen ? go(target, stop, false) : m_live->state;
}

PassState DebugSession::runTo(const OpAddress& address, std::stop_token stop)
{
    return m_live->isOpen ? go(m_live->snapshot->plan->positionOf(address), stop, false)
                          : m_live->state;
}

PassState DebugSession::go(Position target, std::stop_token stop, bool obeysBreaks)
{
    const auto progress = [this](double fraction) {
        if (observer)
            observer->progressed(fraction < 1 ? "Running the pass" : "", fraction);
    };
    LivePass& pass = *m_live->pass;
    Position cursor = std::min(target, pass.plan().size());
    StopReason reason = cursor == pass.plan().size() ? StopReason::End : StopReason::Reached;
    if (cursor > pass.reached()) {
        const Stop stopped = pass.run(cursor, obeysBreaks, stop, progress);
        cursor = pass.reached();
        if (stopped.reason != Stop::Reached)
            reason = stopped.reason == Stop::Break    ? StopReason::Break
                     : stopped.reason == Stop::Failed ? StopReason::Failed
                                                      : StopReason::Cancelled;
    }
    m_live->state = pass.stateAt(cursor, reason);
    if (observer)
        observer->passMoved(m_live->state);
    return m_live->state;
}

ValueSnapshot DebugSession::value(const ValueAddress& address)
{
    if (!m_live->isOpen)
        return {};
    return m_live->pass->value(address, m_live->state.cursor);
}

BodySnapshot DebugSession::body(const OpAddress& address)
{
    if (!m_live->isOpen || !m_live->snapshot->program->has(address.node))
        return {};
    return m_live->pass->body(address, m_live->state.cursor);
}

}
