#pragma once

#include "engine/diagnostics/fix.h"
#include "engine/session/helper_body.h"
#include "engine/session/observer.h"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace backstep {

/// How far a step goes. A step is a target position (ARCHITECTURE section 2, session).
enum class StepKind : uint8_t {
    Continue,         ///< to the next break of the pass, or to its end
    Over,             ///< to the next position not deeper than now
    Into,             ///< one op
    Out,              ///< to behind the enclosing Scan
    Back,             ///< one op back: moves the cursor, runs nothing
    NextTimestep,     ///< to the same op's place in the timestep that runs next
    PreviousTimestep, ///< the same, backwards
    ForwardEnd,       ///< to the end of the loss, where the backward pass starts
    Restart,          ///< cursor to the start
};

struct OpenOptions {
    std::map<std::string, int64_t> dimensions; ///< free sizes by name, such as batch = 4
    DTypeSet widened = {};                     ///< floats that are read as float64
    LossChoice loss;
    InputChoice inputs;
    Profile profile = {}; ///< whose findings are shown
    PlanOptions recording = kSessionRecording;
    std::vector<ForwardChoice> forwards = {}; ///< what foreign ops compute
};

/// All that a user does, without a thread: the command line and the tests use it as it is, the
/// window through SessionThread.
class DebugSession
{
public:
    explicit DebugSession(SessionObserver* observer = nullptr);
    ~DebugSession();

    /// A document that is open stays when opening fails or is stopped (Error "cancelled").
    Result<void> open(const std::string& path, const OpenOptions& options = {},
                      std::stop_token stop = {});
    Result<void> openExample(const std::string& name, const OpenOptions& options = {},
                             std::stop_token stop = {});
    Result<void> openText(const std::string& text, const OpenOptions& options = {},
                          std::stop_token stop = {});
    /// The document of another session, at a precision of its own.
    Result<void> openCopy(const Document& document, DTypeSet widened, std::stop_token stop = {});
    Result<void> save(const std::string& path);

    /// Edits run the pass to where it stood before; a stop leaves the cursor where it has come to.
    Result<void> attach(const GradientChoice& choice, std::stop_token stop = {});
    Result<void> removeGradient(const GradientTarget& target, std::stop_token stop = {});
    /// Puts ops between a value and an op that does not take it.
    Result<void> insert(const Insertion& insertion, std::stop_token stop = {});
    /// Has something else computed in an op's place (SEMANTICS R16), or again what the file says.
    Result<void> setForward(const ForwardChoice& choice, std::stop_token stop = {});
    Result<void> removeForward(const std::string& op, std::stop_token stop = {});
    /// Applies a fix of a finding at `node`, whatever it is.
    Result<void> applyFix(NodeId node, const Fix& fix, std::stop_token stop = {});
    Result<void> setLoss(const LossChoice& loss, std::stop_token stop = {});
    Result<void> setProfile(const Profile& profile, std::stop_token stop = {});
    bool undo(std::stop_token stop = {});
    bool redo(std::stop_token stop = {});

    /// Runs (or moves the cursor) and says where the pass stands then.
    PassState step(StepKind kind, std::stop_token stop = {});
    PassState runTo(Position target, std::stop_token stop = {});
    PassState runTo(const OpAddress& address, std::stop_token stop = {});
    /// Whether Continue stops at ops that lose the gradient; on by default, once an op and pass.
    void setStopsAtBreaks(bool stops);
    /// From when on the observer is told that work goes on; kSlowAfter at first.
    void setSlowAfter(std::chrono::milliseconds time);

    /// The value at an address before the cursor; replayed when it was not kept.
    ValueSnapshot value(const ValueAddress& address);
    /// The value at an address as far as the pass has come, wherever the cursor is; null without.
    Tensor seenValue(const ValueAddress& address);
    /// What a helper op such as TanhGrad is made of, with values computed when looked at.
    BodySnapshot body(const OpAddress& address);

    std::shared_ptr<const Snapshot> snapshot() const;
    const PassState& state() const;
    SessionObserver* observer = nullptr;

private:
    struct Live;
    Result<void> adopt(const std::function<Result<Document>()>& open, const std::string& title,
                       std::stop_token stop);
    /// Waits for work that cannot be stopped; an Error "cancelled" when a stop comes first.
    template<class T> Result<T> await(const std::function<Result<T>()>& work,
                                      const std::string& title, std::stop_token stop);
    Result<void> edit(Document next, std::string title, std::stop_token stop);
    Result<void> replace(Document next, std::stop_token stop);
    bool travel(bool isUndo, std::stop_token stop);
    PassState go(Position target, std::stop_token stop, bool obeysBreaks);
    void announce();
    void tellRunning(double fraction);

    std::unique_ptr<Live> m_live;
};

}
