#pragma once

#include "engine/autodiff/profile.h"
#include "engine/autodiff/report.h"
#include "engine/diagnostics/finding.h"
#include "engine/execution/plan.h"
#include "engine/session/document.h"
#include "engine/session/state_map.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// Everything immutable about the document at one moment; null members before anything is open.
struct Snapshot {
    std::shared_ptr<const Document> document;
    std::shared_ptr<const Graph> program; ///< forward, loss and backward
    std::shared_ptr<const Plan> plan;     ///< of `program`
    std::shared_ptr<const ConversionReport> report;
    std::shared_ptr<const FindingList> findings;
    std::shared_ptr<const FrameworkAnswers> frameworks; ///< what each would say
    std::shared_ptr<const StateMap> states;
    std::map<ValueId, ValueId> cotangents; ///< forward value to its cotangent, where one is built
    std::vector<std::string> assumptions;  ///< loss, data, dimensions that were made up
    std::vector<std::string> undoTitles, redoTitles; ///< last one is next
};

/// Why a run stopped.
enum class StopReason : uint8_t { Start, Reached, Break, Failed, Cancelled, End };

struct PassState {
    Position cursor = 0;  ///< everything before it is executed
    Position reached = 0; ///< how far execution came; stepping back moves only the cursor
    StopReason reason = StopReason::Start;
    bool isRunning = false;     ///< told of long runs alone; another state ends it
    std::optional<double> loss; ///< once it is computed and the cursor is behind it
    std::string message;        ///< for people: "Paused in backward at Sign @ t=3"
};

/// A value as it is shown: numbers as a dense tensor of its own, and its statistics.
struct ValueSnapshot {
    ValueAddress address;
    Tensor tensor; ///< null when there is none; then `absence` says why
    std::string absence;
    double minimum = 0, maximum = 0, mean = 0, norm = 0; ///< over finite elements
    int64_t zeroCount = 0, nanCount = 0, infCount = 0;
};

/// Asked for with a ticket, answered as an event.
using Ticket = uint64_t;

/// Work that takes longer is told of.
inline constexpr std::chrono::milliseconds kSlowAfter{200};
inline constexpr double kUnknownFraction = -1;
/// Code of the Error of a request that was stopped.
inline constexpr std::string_view kCancelled = "cancelled";

/// Told on the engine thread, in few words and with snapshots that never change.
class SessionObserver
{
public:
    virtual ~SessionObserver() = default;
    virtual void documentChanged(std::shared_ptr<const Snapshot> snapshot) = 0;
    virtual void passMoved(const PassState& state) = 0;
    virtual void valueReady(Ticket ticket, std::shared_ptr<const ValueSnapshot> value) = 0;
    /// A request failed; the document is as it was.
    virtual void failed(const Error& error) = 0;
    /// Work that takes longer than kSlowAfter: title and fraction done (0 to 1, or
    /// kUnknownFraction); title "" = over.
    virtual void progressed(const std::string& title, double fraction) = 0;
};

}
