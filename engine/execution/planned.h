#pragma once

#include "engine/execution/plan.h"
#include "engine/ops/op_def.h"
#include "engine/tensor/tensor.h"

#include <array>
#include <vector>

namespace backstep {

/// Which memory a value's elements lie in.
enum class Storage : uint8_t {
    Nowhere, ///< never computed
    Content, ///< weights, constants and fed inputs: the tensor itself
    Kept,    ///< the recording: one instance outside bodies, one a timestep inside
    Scratch, ///< a lane: one instance, or those of one segment; replayed when looked at
    Object,  ///< a Tensor of the recording: text, outside every body
};

/// Where a value lies: data = base + offset + sum over levels of (t + shift - first) * stride,
/// where `first` is the first timestep of the segment at hand for segmented scratch, else 0.
struct PlannedValue {
    Storage storage = Storage::Nowhere;
    bool isSegmented = false; ///< scratch with one instance for each timestep of a segment
    uint8_t level = 0;        ///< of segmented scratch: its innermost timeline
    ValueId root = kNoValue;  ///< of Content: whose tensor; else the value that owns the memory
    int64_t offset = 0;       ///< bytes
    /// Of segmented scratch: the segments from this timestep on lie in the recording, at
    /// `offset + toKept`, with one instance for each of all timesteps.
    int64_t keptFrom = INT64_MAX;
    int64_t toKept = 0;                                     ///< bytes
    std::array<int64_t, TimestepPath::kMaxDepth> strides{}; ///< bytes per timestep and level
    std::array<int32_t, TimestepPath::kMaxDepth> shifts{};
    TensorView layout; ///< dtype, shape, strides; data stays null
};

/// When an op of a body is executed. Ops that no carry leads to or from are executed once for all
/// timesteps of a segment: one product with many rows instead of many with few (SEMANTICS R11).
enum class When : uint8_t {
    Step,   ///< in its turn, timestep by timestep
    Before, ///< batched, before the first timestep of a segment
    After,  ///< batched, after the last timestep of a segment
    Lookup, ///< a term of a sum: only when somebody looks at it
};

/// How the parts of a region share a call.
enum class Sharing : uint8_t {
    None,      ///< the first part executes it whole
    Timesteps, ///< of what is batched: each part some of the segment's timesteps
    Axis,      ///< each part a piece of one axis of the result, and of the operands it takes for it
};

/// An operand that every part reads whole.
inline constexpr int kNoAxis = -1;

/// A kernel and its operands (null where absent).
struct PlannedCall {
    Kernel kernel = nullptr; ///< null for views, Scans and ops that cannot run
    const Attributes* attributes = nullptr;
    std::vector<const PlannedValue*> in, out;
    bool isBatched = false; ///< operands that have time get it as their first axis
    /// Of what is batched: which of `in` have an instance a timestep, though perhaps in one place.
    std::vector<bool> haveTime;
    bool isElementwise = false;
    bool isEvaluated = false; ///< on whole tensors (OpDef::evaluate), without a kernel
    Sharing sharing = Sharing::None;
    std::vector<int> sharedAxes; ///< of Sharing::Axis: in every operand, those of `in` first
    std::shared_ptr<const void> prepared; ///< what the kernel made of its attributes
};

struct PlannedOp {
    NodeId node = kNoNode;
    PlannedCall call;
    PlannedRegion* body = nullptr;
    When when = When::Step;
    const TimestepSet* onlyAt = nullptr; ///< the timesteps at which it runs; null: all
    bool canRun = true;
    bool isBreak = false;
    bool isView = false;
    bool readsAfter = false;    ///< needs a value that is made after the timesteps
    bool writesScratch = false; ///< so a replay must execute it
    Position start = 0; ///< offset of the op's first position within one timestep of its region
    Position own = 0;   ///< offset of the op's own position (of a Scan: after its timesteps)

    bool runsAt(int64_t timestep) const { return !onlyAt || onlyAt->contains(timestep); }
};

/// A carry of a checkpointed region: its rows of one segment, and where those lie that a segment
/// begins or ends with. Going forward segment k reads row k and writes row k + 1, else the other
/// way round.
struct PlannedCheckpoint {
    PlannedValue in, next; ///< scratch of a segment
    PlannedValue row;      ///< row 0; the others follow
    int64_t bytes = 0;     ///< of a row
};

struct PlannedRegion {
    RegionId id = kTopRegion;
    Direction direction = Direction::Forward;
    int64_t stepCount = 1;
    int64_t segmentLength = 1; ///< timesteps; the borders are its multiples
    /// Threads that share the work; of a timestep each takes a piece of the batch.
    int parts = 1;
    int depth = 0;
    std::vector<PlannedOp> ops;
    Position span = 0;   ///< positions of one timestep
    bool isPlain = true; ///< no inner Scan, nothing that cannot run
    bool hasBreak = false;
    const PlannedValue* timestep = nullptr;
    std::vector<PlannedCall> atStart; ///< initials into the first row; before the first timestep
    std::vector<PlannedCall> atStep;  ///< what could not be written in place; after each timestep
    std::vector<PlannedCall> sums;    ///< add to what the Scan gives; after each segment
    std::vector<const PlannedValue*> zeroed; ///< the sums; before the first timestep
    bool isCheckpointed = false;
    /// Of a checkpointed region: what is read of the segments from this timestep on is kept.
    int64_t keptFrom = INT64_MAX;
    std::vector<PlannedCheckpoint> checkpoints;
    std::vector<const PlannedRegion*> sources; ///< checkpointed regions whose residuals are read

    int64_t stepAt(int64_t order) const
    {
        return direction == Direction::Forward ? order : stepCount - 1 - order;
    }
    int64_t orderOf(int64_t step) const { return stepAt(step); }
    int64_t segmentCount() const { return (stepCount + segmentLength - 1) / segmentLength; }
    int64_t segmentStart(int64_t step) const { return step - step % segmentLength; }
    int64_t segmentEnd(int64_t step) const
    {
        return std::min(segmentStart(step) + segmentLength, stepCount);
    }
    /// True if the timestep is the last of its segment in the order of running.
    bool endsSegment(int64_t step) const
    {
        return direction == Direction::Forward ? step + 1 == segmentEnd(step)
                                               : step == segmentStart(step);
    }
};

}
