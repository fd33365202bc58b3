#pragma once

#include "engine/execution/recording.h"
#include "engine/execution/team.h"
#include "engine/tensor/strided.h"

#include <deque>
#include <variant>

namespace backstep {

/// A planned call with its operands where they are now: ready for its kernel.
struct BoundCall {
    Kernel kernel; ///< null where there is nothing to execute
    KernelCall call;
    void operator()() const { kernel(call); }
};

/// One part's share of a region's calls, bound to memory. What changes from timestep to timestep is
/// one addition per operand; everything else is worked out when a segment begins.
class BoundPart
{
public:
    BoundPart(const PlannedRegion& region, const Recording& recording, std::byte* scratch,
              int part);

    void beginSegment(const TimestepPath& outer, const SegmentStarts& segmentStarts, int64_t first,
                      int64_t last);
    void setTimestep(int64_t step);
    void runAtStart() const { runAll(m_atStart); }
    void runOp(size_t index) const;
    void runAtStep() const { runAll(m_atStep); }
    /// `count` timesteps in the order of running, from `step` on.
    void runTimesteps(int64_t step, int64_t count);
    void runBatched(When when) const;
    void runSums() const { runAll(m_sums); }

private:
    struct Operand {
        TensorView* view;
        const PlannedValue* value;
        const PlannedCall* call;
        int sharedAxis;
        bool getsTime; ///< as its leading axis
    };
    struct Moving { ///< an operand that lies elsewhere at each timestep
        std::byte** data;
        std::byte* base; ///< of timestep 0
        int64_t stride;
    };
    /// Loops of an elementwise kernel; which one depends on the number of operands.
    using Loop = std::variant<StridedLoop<2>, StridedLoop<3>, StridedLoop<4>>;

    static void runAll(const std::vector<BoundCall>& calls);
    void runStepOps(int64_t step) const;
    size_t operandCount() const;
    bool takesPart(const PlannedCall& call) const;
    bool getsTime(const PlannedCall& call, size_t operand) const;
    std::vector<BoundCall> bind(const std::vector<const PlannedCall*>& calls);
    BoundCall bind(const PlannedCall& call);
    const void* loopFor(const PlannedCall& call, std::span<const TensorView> in,
                        const TensorView& out);
    int64_t shareStart(int64_t count) const;
    int64_t shareEnd(int64_t count) const;
    TensorView narrowed(TensorView view, int axis) const;

    const PlannedRegion& m_region;
    const Recording& m_recording;
    std::byte* m_scratch;
    const int m_part;
    std::vector<TensorView> m_views;
    std::vector<Operand> m_operands;
    std::deque<Loop> m_loops; ///< calls point to them
    std::vector<Moving> m_moving;
    std::vector<BoundCall> m_ops, m_atStart, m_atStep, m_sums;
    std::vector<const BoundCall*> m_stepOps;
    /// When each of them runs, null for always; empty where all run at every timestep.
    std::vector<const TimestepSet*> m_stepOpsAt;
    bool m_hasTimesteps = false; ///< of the segment, for what is batched
    std::byte* m_timestepBase = nullptr;
    int64_t m_timestepStride = 0;
};

/// A region's calls bound to memory, in parts that a team executes side by side.
class BoundRegion
{
public:
    BoundRegion(const PlannedRegion& region, const Recording& recording, std::byte* scratch,
                Team& team);

    /// Binds to timesteps `first` to `last` (not included) inside the enclosing timesteps `outer`.
    /// `segmentStarts` holds the first timestep of the segment at hand for each enclosing level.
    /// What is batched before them is not executed yet.
    void beginSegment(const TimestepPath& outer, const SegmentStarts& segmentStarts, int64_t first,
                      int64_t last);
    void setTimestep(int64_t step);
    /// The initial carries to their rows.
    void runAtStart() const { m_parts.front().runAtStart(); }
    /// By index of PlannedRegion::ops; nothing for views and Scans.
    void runOp(size_t index) const;
    /// Timesteps of the segment in the order of running, from `step` on: the ops that are executed
    /// in their turn, and what could not be written in place.
    void runTimesteps(int64_t step, int64_t count);
    /// What could not be written in place; after each timestep.
    void runAtStep() const;
    /// The ops that are batched before or after the timesteps of a segment.
    void runBatched(When when) const;
    /// Adds the segment to what the Scan sums up.
    void runSums() const;
    /// All four in turn for the whole segment, in one piece of work of the team.
    enum class Sums : uint8_t { Left, Added };
    void runSegment(Sums sums);

private:
    const PlannedRegion& m_region;
    Team& m_team;
    int64_t m_first = 0, m_last = 0; ///< timesteps of the segment
    std::deque<BoundPart> m_parts;   ///< calls point into them
};

}
