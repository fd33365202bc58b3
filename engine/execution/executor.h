#pragma once

#include "engine/execution/recording.h"

#include <functional>
#include <stop_token>
#include <vector>

namespace backstep {

/// Why a run came back.
struct Stop {
    enum Reason : uint8_t { Reached, Break, Failed, Cancelled } reason = Reached;
    OpAddress at; ///< of Break and Failed: the op that stands next
};

/// Runs a plan op by op into a recording; can be stopped between any two ops and goes on from
/// there. One thread at a time.
class Executor
{
public:
    explicit Executor(Recording recording);
    ~Executor();

    const Plan& plan() const { return m_recording.plan(); }
    const Recording& recording() const { return m_recording; }
    /// Everything before it has been computed.
    Position reached() const { return m_reached; }
    /// Asked before each break node: true stops there.
    using BreakRule = std::function<bool(NodeId)>;
    Stop run(Position until, std::stop_token stop = {}, const BreakRule& stopsAt = {});

    /// A value whose position lies before `cursor`, copied out; replays its timestep in a lane of
    /// its own when it was not kept, so that a paused run is never disturbed. An Error says why
    /// there is none.
    Result<Tensor> value(const ValueAddress& address, Position cursor);

private:
    struct Frame {
        const PlannedRegion* region;
        int64_t order = 0; ///< timesteps done
        size_t op = 0;
        TimestepPath at;
    };
    struct Lane { ///< scratch memory of one purpose
        Arena scratch;
        std::vector<TensorView> in, out; ///< operands of the op that runs, reused
    };
    void enterScan(const PlannedRegion& region);
    void beginTimestep(Frame& frame, Lane& lane);
    void endTimestep(const Frame& frame, Lane& lane);
    void finishOp();
    bool advance(const BreakRule& stopsAt, Stop& result);
    void execute(const PlannedOp& op, const TimestepPath& at, Lane& lane);
    void move(const PlannedMove& move, const TimestepPath& at, Lane& lane);
    void replay(RegionId region, const TimestepPath& at, Position until);
    bool isComputed(const ValueInfo& info, const TimestepPath& at, Position cursor) const;

    Recording m_recording;
    Lane m_run, m_look;
    std::vector<Frame> m_frames; ///< outermost first; empty when the program is over
    Position m_reached = 0;
};

}
