#pragma once

#include "engine/execution/lane.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace backstep {

/// Why a run came back.
struct Stop {
    enum Reason : uint8_t { Reached, Break, Failed, Cancelled } reason = Reached;
    OpAddress at; ///< of Break and Failed: the op that stands next
};

/// Runs a plan into a recording; can be stopped between any two ops and goes on from there. What a
/// plan batches over a segment is computed before or after the segment's timesteps; nobody sees the
/// difference, since executed is what lies before the cursor. One thread at a time.
class Executor
{
public:
    explicit Executor(Recording recording);
    ~Executor();

    const Plan& plan() const { return m_recording.plan(); }
    const Recording& recording() const { return m_recording; }
    /// Everything before it has been computed.
    Position reached() const { return m_reached; }
    /// Back to the start, in the same memory.
    void restart();
    /// Asked before each break node: true stops there.
    using BreakRule = std::function<bool(NodeId)>;
    Stop run(Position until, std::stop_token stop = {}, const BreakRule& stopsAt = {});
    /// Why the op that stands next could not be computed, where that depends on its operands.
    const std::optional<Error>& failure() const { return m_failure; }

    /// A value whose position lies before `cursor`, copied out; replays its segment in a lane of
    /// its own when it was not kept, so that a paused run is never disturbed. An Error says why
    /// there is none.
    Result<Tensor> value(const ValueAddress& address, Position cursor);

private:
    struct Frame {
        const PlannedRegion* region;
        BoundRegion* bound;
        int64_t order = 0; ///< timesteps done
        size_t op = 0;
        TimestepPath at = {};
        bool isSegmentBegun = false; ///< what is batched before its timesteps has been executed
    };
    /// The segment that the look-up lane holds of one region.
    struct Replayed {
        RegionId region = kNoRegion;
        TimestepPath outer;
        int64_t first = 0;
        Position reached = 0;  ///< of the run, when it was replayed
        int64_t stepCount = 0; ///< timesteps replayed, in the order of running
        bool hasAfter = false;
    };
    void enterScan(const PlannedRegion& region);
    void beginTimestep(Frame& frame);
    void beginSegment(Frame& frame);
    void endTimestep(Frame& frame);
    void endSegment(Frame& frame);
    void finishOp();
    bool runTimesteps(Position until, const BreakRule& stopsAt);
    bool advance(const BreakRule& stopsAt, Stop& result);
    Result<void> evaluateOp(const PlannedOp& op);

    void replay(RegionId region, const TimestepPath& at, Position until, bool needsAfter);
    void replaySegment(const PlannedRegion& region, const TimestepPath& at, bool needsAfter);
    void replayTimesteps(const PlannedRegion& region, int64_t end);
    void replayTimestep(const PlannedRegion& region, const TimestepPath& at, Position until);
    bool isMadeAfter(const PlannedValue& value) const;
    bool isComputed(const ValueInfo& info, const TimestepPath& at, Position cursor) const;
    bool isSegmentComplete(const PlannedRegion& region, const TimestepPath& at) const;

    Recording m_recording;
    Team m_team;
    Lane m_run, m_look;
    std::vector<Frame> m_frames; ///< outermost first; empty when the program is over
    Position m_reached = 0;
    std::optional<Error> m_failure;
    std::optional<Replayed> m_replayed;
};

}
