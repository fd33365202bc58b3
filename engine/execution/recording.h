#pragma once

#include "engine/base/result.h"
#include "engine/execution/planned.h"

#include <map>
#include <memory>
#include <vector>

namespace backstep {

/// Fresh zero pages of one size, asked for in large pages.
class Arena
{
public:
    Arena() = default;
    explicit Arena(size_t bytes);
    ~Arena();
    Arena(Arena&& other) noexcept;
    Arena& operator=(Arena&& other) noexcept;
    std::byte* data() const { return m_data; }

private:
    std::byte* m_data = nullptr;
    size_t m_bytes = 0;
};

/// For each level of timesteps, the first one of the segment at hand.
using SegmentStarts = std::array<int64_t, TimestepPath::kMaxDepth>;

/// Of this machine, in bytes.
size_t machineMemory();

/// The memory of one run: everything kept, at its planned place.
class Recording
{
public:
    /// `feeds` gives every Input of the graph its tensor, of the type in the graph. Error: a feed
    /// is missing or does not fit, or the machine has too little memory.
    static Result<Recording> make(std::shared_ptr<const Plan> plan,
                                  const std::map<ValueId, Tensor>& feeds);

    const Plan& plan() const { return *m_plan; }
    const std::shared_ptr<const Plan>& sharedPlan() const { return m_plan; }
    /// Where an instance of a value lies; `scratch` and `segmentStarts` are those of the lane.
    std::byte* dataOf(const PlannedValue& value, const TimestepPath& at, std::byte* scratch,
                      const SegmentStarts& segmentStarts) const;
    /// Gives a value that lies in no arena its elements.
    void setObject(ValueId value, Tensor elements) { m_objects[value] = std::move(elements); }

private:
    std::shared_ptr<const Plan> m_plan;
    Arena m_kept;
    std::map<ValueId, Tensor> m_contents;
    std::map<ValueId, Tensor> m_objects;   ///< Storage::Object
    std::vector<std::byte*> m_contentData; ///< by value id, forward half then derived half
    std::vector<std::byte*> m_derivedData;
};

}
