#include "engine/execution/recording.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

namespace backstep {

Arena::Arena(size_t bytes) : m_bytes(bytes)
{
    if (bytes == 0)
        return;
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return;
    // First touch of small pages costs up to three times the run (ENGINE section 1).
    madvise(memory, bytes, MADV_HUGEPAGE);
    m_data = static_cast<std::byte*>(memory);
}

Arena::~Arena()
{
    if (m_data)
        munmap(m_data, m_bytes);
}

Arena::Arena(Arena&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_bytes(std::exchange(other.m_bytes, 0))
{}

Arena& Arena::operator=(Arena&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_bytes, other.m_bytes);
    return *this;
}

size_t machineMemory()
{
    return static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) *
           static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

namespace {

Result<Tensor> contentOf(const ValueInfo& info, const std::map<ValueId, Tensor>& feeds)
{
    if (info.kind != ValueKind::Input)
        return info.content;
    const auto found = feeds.find(info.id);
    if (found == feeds.end() && !info.content.isNull())
        return info.content;
    if (found == feeds.end())
        return Error{"missing-input", fmt::format("Input '{}' has no data.", info.name)};
    if (!(found->second.type() == info.type))
        return Error{"input-type", fmt::format("Input '{}' got {}, wanted {}.", info.name,
                                               found->second.type().text(), info.type.text())};
    return found->second;
}

}

Result<Recording> Recording::make(std::shared_ptr<const Plan> plan,
                                  const std::map<ValueId, Tensor>& feeds)
{
    Recording recording;
    const size_t bytes = plan->keptBytes();
    if (bytes > machineMemory() / 10 * 8)
        return Error{"memory",
                     fmt::format("The run needs {:.1f} GB and this machine has {:.1f} GB.",
                                 static_cast<double>(bytes) / 1e9,
                                 static_cast<double>(machineMemory()) / 1e9),
                     "Use a smaller batch or fewer timesteps (--dim)."};
    recording.m_kept = Arena(bytes);
    if (bytes > 0 && !recording.m_kept.data())
        return Error{"memory", fmt::format("The system refused {} bytes for the run.", bytes)};
    const Graph& graph = plan->graph();
    for (ValueId id : graph.valueIds()) {
        const ValueInfo& info = graph.value(id);
        if (!info.isContent())
            continue;
        Result<Tensor> content = contentOf(info, feeds);
        if (!content)
            return content.takeError();
        const uint32_t index = number(id) & ~kDerivedIds;
        auto& half = number(id) & kDerivedIds ? recording.m_derivedData : recording.m_contentData;
        if (half.size() <= index)
            half.resize(index + 1);
        half[index] = content->view().data;
        recording.m_contents[id] = std::move(*content);
    }
    recording.m_plan = std::move(plan);
    return recording;
}

std::byte* Recording::dataOf(const PlannedValue& value, const TimestepPath& at, std::byte* scratch,
                             const SegmentStarts& segmentStarts) const
{
    std::byte* data = nullptr;
    const bool isInSegment = value.isSegmented && segmentStarts[value.level] < value.keptFrom;
    switch (value.storage) {
    case Storage::Content: {
        const uint32_t id = number(value.root);
        data = id & kDerivedIds ? m_derivedData[id & ~kDerivedIds] : m_contentData[id];
        break;
    }
    case Storage::Kept:
        data = m_kept.data();
        break;
    case Storage::Scratch:
        data = value.isSegmented && !isInSegment ? m_kept.data() + value.toKept : scratch;
        break;
    case Storage::Object: {
        const auto object = m_objects.find(value.root);
        if (object == m_objects.end())
            return nullptr;
        data = object->second.view().data;
        break;
    }
    case Storage::Nowhere:
        return nullptr;
    }
    data += value.offset;
    for (size_t level = 0; level < at.depth; ++level)
        data += (at.t[level] + value.shifts[level]) * value.strides[level];
    if (isInSegment)
        data -= segmentStarts[value.level] * value.strides[value.level];
    return data;
}

}
