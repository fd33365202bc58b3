#pragma once

#include <cstdint>
#include <functional>

namespace backstep {

/// Handles into one Graph; never reused within a document. Those made by differentiation lie above
/// `kDerivedIds`, so that forward ids stay the same whatever gradient is attached.
enum class NodeId : uint32_t {};
enum class ValueId : uint32_t {};
enum class RegionId : uint32_t {};
enum class TimelineId : uint32_t {};

inline constexpr uint32_t kDerivedIds = 1u << 31;
inline constexpr NodeId kNoNode{0xffffffff};
inline constexpr ValueId kNoValue{0xffffffff}; ///< also an optional input or output left out
inline constexpr RegionId kNoRegion{0xffffffff};
inline constexpr TimelineId kNoTimeline{0xffffffff};
inline constexpr RegionId kTopRegion{0};

template<class Id> constexpr uint32_t number(Id id)
{
    return static_cast<uint32_t>(id);
}

}
