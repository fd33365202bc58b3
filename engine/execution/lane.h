#pragma once

#include "engine/execution/recording.h"

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace backstep {

/// A planned call with its operands where they are now: ready for its kernel.
struct BoundCall {
    Kernel kernel;
    KernelCall call;
    void operator()() const { kernel(call); }
};

/// A region's calls bound to memory. What changes from timestep to timestep is one addition per
/// operand; everything else is worked out when a segment begins.
class BoundRegion
{
public:
    BoundRegion(const PlannedRegion& region, const Recording& recording, std::byte* scratch);

    /// Binds to timesteps `first` to `last` (not included) inside the enclosing timesteps `outer`.
    /// `segmentStarts` holds the first timestep of the segment at hand for each enclosing level.
    void beginSegment(const TimestepPath& outer, const SegmentStarts& segmentStarts, int64_t first,
                      int64_t last);
    void setTimestep(int64_t step);

    /// By index of PlannedRegion::ops; without a kernel for views and Scans.
    const std::vector<BoundCall>& ops() const { return m_ops; }
    /// The initial carries to their rows.
    void runAtStart() const { runAll(m_atStart); }
    /// The ops of a timestep that are executed in their turn.
    void runStepOps() const;
    /// What could not be written in place; after each timestep.
    void runAtStep() const { runAll(m_atStep); }
    /// The ops that are batched before or after the timesteps of a segment.
    void runBatched(When when) const;
    /// Adds the segment to what the Scan sums up.
    void runSums() const { runAll(m_sums); }

private:
    struct Operand {
        TensorView* view;
        const PlannedValue* value;
        bool isBatched;
        int rank; ///< of a batched call's result, with time
    };
    struct Moving { ///< an operand that lies elsewhere at each timestep
        std::byte** data;
        std::byte* base; ///< of timestep 0
        int64_t stride;
    };
    static void runAll(const std::vector<BoundCall>& calls);
    size_t operandCount() const;
    std::vector<BoundCall> bind(const std::vector<const PlannedCall*>& calls);

    const PlannedRegion& m_region;
    const Recording& m_recording;
    std::byte* m_scratch;
    std::vector<TensorView> m_views;
    std::vector<Operand> m_operands;
    std::vector<Moving> m_moving;
    std::vector<BoundCall> m_ops, m_atStart, m_atStep, m_sums;
    std::vector<const BoundCall*> m_stepOps;
    int64_t* m_timestep = nullptr;
    std::byte* m_timestepBase = nullptr;
    int64_t m_timestepStride = 0;
};

/// Scratch memory of one purpose (the run, or looking values up) and the regions bound to it.
class Lane
{
public:
    explicit Lane(const Recording& recording);

    BoundRegion& bound(const PlannedRegion& region);
    /// Makes the segment that holds `step` the one at hand; what it reads of checkpointed regions
    /// is there again when this returns.
    void beginSegment(const PlannedRegion& region, const TimestepPath& outer, int64_t step);
    /// Of a checkpointed region: the carries that the segment at hand begins with, from where they
    /// are kept, and those that it ends with, to there.
    void loadCarries(const PlannedRegion& region) const;
    void storeCarries(const PlannedRegion& region);
    /// Forgets which segments are at hand.
    void clear() { m_filled.clear(); }
    TensorView viewOf(const PlannedValue& value, const TimestepPath& at) const;

private:
    void fill(const PlannedRegion& region, int64_t step);
    void bind(const PlannedRegion& region, const TimestepPath& outer, int64_t step);
    std::byte* rowOf(const PlannedCheckpoint& carry, int64_t row) const;

    const Recording* m_recording;
    Arena m_scratch;
    SegmentStarts m_segmentStarts{};
    std::unordered_map<uint32_t, std::unique_ptr<BoundRegion>> m_bound;
    std::map<RegionId, int64_t> m_filled; ///< checkpointed regions: first timestep of what is whole
};

}
