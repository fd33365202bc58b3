#pragma once

#include "engine/execution/plan.h"
#include "engine/ops/op_def.h"

#include <array>
#include <vector>

namespace backstep {

/// Which memory a value's elements lie in.
enum class Storage : uint8_t {
    Nowhere, ///< never computed
    Content, ///< weights, constants and fed inputs: the tensor itself
    Kept,    ///< the arena: one instance outside bodies, one a timestep inside
    Scratch, ///< one instance a region, overwritten every timestep; replayed when looked at
};

/// Where a value lies: data = base + offset + sum over levels of (t + shift) * stride.
struct PlannedValue {
    Storage storage = Storage::Nowhere;
    ValueId root = kNoValue; ///< of Content: whose tensor; else the value that owns the memory
    int64_t offset = 0;      ///< bytes
    std::array<int64_t, TimestepPath::kMaxDepth> strides{}; ///< bytes per timestep and level
    std::array<int32_t, TimestepPath::kMaxDepth> shifts{};
    TensorView layout; ///< dtype, shape, strides; data stays null
    std::byte* dataIn(std::byte* base, const TimestepPath& at) const
    {
        std::byte* data = base + offset;
        for (size_t level = 0; level < at.depth; ++level)
            data += (at.t[level] + shifts[level]) * strides[level];
        return data;
    }
};

/// Moves made for a Scan beside its ops.
struct PlannedMove {
    const PlannedValue* from;
    PlannedValue to;   ///< addressed with the body's timestep path
    bool adds = false; ///< a sum: added up over the timesteps
};

struct PlannedOp {
    NodeId node = kNoNode;
    Kernel kernel = nullptr; ///< null for views, Scans and ops that cannot run
    const Attributes* attributes = nullptr;
    std::vector<const PlannedValue*> in, out; ///< null where absent
    PlannedRegion* body = nullptr;
    bool canRun = true;
    bool isBreak = false;
    bool isView = false;
    Position start = 0; ///< offset of the op's first position within one timestep of its region
    Position own = 0;   ///< offset of the op's own position (of a Scan: after its timesteps)
};

struct PlannedRegion {
    RegionId id = kTopRegion;
    Direction direction = Direction::Forward;
    int64_t stepCount = 1;
    int depth = 0;
    std::vector<PlannedOp> ops;
    Position span = 0; ///< positions of one timestep
    const PlannedValue* timestep = nullptr;
    std::vector<PlannedMove> atStart; ///< initials into the first row; before the first timestep
    std::vector<PlannedMove> atStep;  ///< what could not be written in place; after each timestep
    std::vector<PlannedValue> zeroed; ///< sums; before the first timestep

    int64_t stepAt(int64_t order) const
    {
        return direction == Direction::Forward ? order : stepCount - 1 - order;
    }
    int64_t orderOf(int64_t step) const { return stepAt(step); }
};

}
