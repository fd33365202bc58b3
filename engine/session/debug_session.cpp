#include "engine/session/debug_session.h"

#include "engine/base/text.h"
#include "engine/formats/file_view.h"
#include "engine/session/gradient_verdicts.h"
#include "engine/session/kept_gradients.h"
#include "engine/session/live_session.h"
#include "engine/session/opening.h"
#include "engine/session/stepping.h"

#include <algorithm>
#include <filesystem>

namespace backstep {

Result<DebugSession::Live::Built> DebugSession::Live::build(const Document& document, IdBook ids)
{
    Result<Program> program = buildProgram(document, ids);
    if (!program)
        return program.takeError();
    return Built{std::move(*program), std::move(ids)};
}

void DebugSession::Live::publish(const Program& program)
{
    auto next = std::make_shared<Snapshot>();
    next->document = std::make_shared<const Document>(document);
    next->program = program.graph;
    next->plan = program.plan;
    next->report = program.report;
    next->findings = program.findings;
    next->frameworks = program.frameworks;
    next->states = program.states;
    next->cotangents = program.cotangents;
    next->assumptions = program.assumptions;
    for (const Step& step : done)
        next->undoTitles.push_back(step.title);
    for (const Step& step : undone)
        next->redoTitles.push_back(step.title);
    snapshot = std::move(next);
}

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

void DebugSession::setSlowAfter(std::chrono::milliseconds time)
{
    m_live->slowAfter = time;
}

/// Takes over a document that was opened: everything before is gone, undo history too.
Result<void> DebugSession::adopt(const std::function<Result<Document>()>& open,
                                 const std::string& title, std::stop_token stop)
{
    struct Opened {
        Document document;
        Live::Built built;
    };
    const std::function<Result<Opened>()> work = [open]() -> Result<Opened> {
        Result<Document> document = open();
        if (!document)
            return document.takeError();
        Result<Live::Built> built = Live::build(*document, {});
        if (!built)
            return built.takeError();
        return Opened{std::move(*document), std::move(*built)};
    };
    Result<Opened> opened = await(work, title, stop);
    if (!opened)
        return opened.takeError();
    m_live->ids = std::move(opened->built.ids);
    m_live->done.clear();
    m_live->undone.clear();
    m_live->document = std::move(opened->document);
    m_live->isOpen = true;
    m_live->pass = std::make_unique<LivePass>(opened->built.program);
    m_live->publish(opened->built.program);
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

Result<void> DebugSession::open(const std::string& path, const OpenOptions& options,
                                std::stop_token stop)
{
    return adopt([=] { return documentFromFile(path, options); },
                 "Opening " + printable(std::filesystem::path(path).filename().string()), stop);
}

Result<void> DebugSession::openExample(const std::string& name, const OpenOptions& options,
                                       std::stop_token stop)
{
    return adopt([=] { return documentFromExample(name, options); }, "Opening the example", stop);
}

Result<void> DebugSession::openText(const std::string& text, const OpenOptions& options,
                                    std::stop_token stop)
{
    return adopt([=] { return documentFromText(text, options); }, "Building the model", stop);
}

Result<void> DebugSession::openCopy(const Document& document, DTypeSet widened,
                                    std::stop_token stop)
{
    return adopt([=] { return documentWidened(document, widened); }, "Copying the model", stop);
}

Result<void> DebugSession::save(const std::string& path)
{
    if (!m_live->isOpen)
        return Error{"nothing-open", "There is no model to save."};
    Result<std::string> bytes = bytesWithGradients(withDifferences(*this));
    if (!bytes)
        return bytes.takeError();
    return writeFile(path, *bytes);
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
    LivePass& pass = *m_live->pass;
    Position cursor = std::min(target, pass.plan().size());
    StopReason reason = cursor == pass.plan().size() ? StopReason::End : StopReason::Reached;
    if (cursor > pass.reached()) {
        const Stop stopped = pass.run(
            cursor, obeysBreaks, stop, [this](double fraction) { tellRunning(fraction); },
            m_live->slowAfter);
        cursor = pass.reached();
        if (stopped.reason != Stop::Reached)
            reason = Live::reasonOf(stopped);
    }
    m_live->state = pass.stateAt(cursor, reason);
    if (observer)
        observer->passMoved(m_live->state);
    return m_live->state;
}

StopReason DebugSession::Live::reasonOf(const Stop& stopped)
{
    switch (stopped.reason) {
    case Stop::Break:
        return StopReason::Break;
    case Stop::Failed:
        return StopReason::Failed;
    case Stop::Cancelled:
        return StopReason::Cancelled;
    default:
        return StopReason::Reached;
    }
}

void DebugSession::tellRunning(double fraction)
{
    if (!observer)
        return;
    if (fraction < 1) {
        PassState state = m_live->pass->stateAt(m_live->pass->reached(), StopReason::Reached);
        state.isRunning = true;
        state.message = "Running: " + placeText(m_live->pass->plan(), state.cursor);
        observer->passMoved(state);
    }
    observer->progressed(fraction < 1 ? "Running the pass" : "", fraction);
}

ValueSnapshot DebugSession::value(const ValueAddress& address)
{
    if (!m_live->isOpen)
        return {};
    return m_live->pass->value(address, m_live->state.cursor);
}

Tensor DebugSession::seenValue(const ValueAddress& address)
{
    return m_live->isOpen ? m_live->pass->tensor(address, m_live->pass->reached()) : Tensor();
}

BodySnapshot DebugSession::body(const OpAddress& address)
{
    if (!m_live->isOpen || !m_live->snapshot->program->has(address.node))
        return {};
    return m_live->pass->body(address, m_live->state.cursor);
}

}
