#pragma once

#include "engine/execution/bound_region.h"

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace backstep {

/// Scratch memory of one purpose (the run, or looking values up) and the regions bound to it.
class Lane
{
public:
    Lane(const Recording& recording, Team& team);

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
    Team* m_team;
    Arena m_scratch;
    SegmentStarts m_segmentStarts{};
    std::unordered_map<uint32_t, std::unique_ptr<BoundRegion>> m_bound;
    std::map<RegionId, int64_t> m_filled; ///< checkpointed regions: first timestep of what is whole
};

}
