#include "views/canvas/fold.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace backstep {

namespace {

constexpr size_t kDeepest = 8;

std::string firstParts(const std::string& path, size_t depth)
{
    size_t end = 0;
    for (size_t part = 0; part < depth; ++part) {
        end = path.find('/', end == 0 ? 0 : end + 1);
        if (end == std::string::npos)
            return path;
    }
    return path.substr(0, end);
}

std::vector<FoldGroup> groupAtDepth(const std::vector<std::string>& paths,
                                    const std::vector<int>& members, size_t depth)
{
    std::map<std::string, size_t> indexOf;
    std::vector<FoldGroup> groups;
    for (int member : members) {
        const std::string key = firstParts(paths[static_cast<size_t>(member)], depth);
        const auto [entry, isNew] = indexOf.try_emplace(key, groups.size());
        if (isNew)
            groups.push_back({key, {}});
        groups[entry->second].members.push_back(member);
    }
    return groups;
}

std::vector<FoldGroup> groupNeighbours(const std::vector<int>& members, size_t most)
{
    const size_t size = (members.size() + most - 1) / most;
    std::vector<FoldGroup> groups;
    for (size_t first = 0; first < members.size(); first += size) {
        const size_t end = std::min(first + size, members.size());
        FoldGroup group;
        group.members.assign(members.begin() + static_cast<long>(first),
                             members.begin() + static_cast<long>(end));
        group.name = "ops " + std::to_string(group.members.front() + 1) + "–" +
                     std::to_string(group.members.back() + 1);
        groups.push_back(std::move(group));
    }
    return groups;
}

std::vector<FoldGroup> fold(const std::vector<std::string>& paths, const std::vector<int>& members,
                            size_t most)
{
    if (members.size() <= most) {
        std::vector<FoldGroup> singles;
        for (int member : members)
            singles.push_back({paths[static_cast<size_t>(member)], {member}});
        return singles;
    }
    for (size_t depth = kDeepest; depth > 0; --depth) {
        std::vector<FoldGroup> groups = groupAtDepth(paths, members, depth);
        if (groups.size() > 1 && groups.size() <= most)
            return groups;
    }
    return groupNeighbours(members, std::max<size_t>(1, most / 2));
}

void unfold(std::vector<FoldGroup>& groups, const std::vector<std::string>& paths, size_t most,
            const std::set<std::string>& unfolded)
{
    for (size_t i = 0; i < groups.size(); ++i) {
        if (groups[i].members.size() < 2 || !unfolded.contains(groups[i].name))
            continue;
        const size_t room = most > groups.size() ? most - groups.size() + 1 : 1;
        const std::string name = groups[i].name;
        std::vector<FoldGroup> parts = fold(paths, groups[i].members, room);
        if (parts.size() < 2)
            continue;
        for (FoldGroup& part : parts)
            if (part.members.size() > 1 && part.name == name)
                part.name += " "; // a scope within itself must not open for ever
        groups.erase(groups.begin() + static_cast<long>(i));
        groups.insert(groups.begin() + static_cast<long>(i), parts.begin(), parts.end());
        --i; // its parts may be unfolded themselves
    }
}

}

std::vector<FoldGroup> foldByScope(const std::vector<std::string>& paths, size_t most,
                                   const std::set<std::string>& unfolded)
{
    std::vector<int> all(paths.size());
    std::iota(all.begin(), all.end(), 0);
    std::vector<FoldGroup> groups = fold(paths, all, most);
    unfold(groups, paths, most, unfolded);
    return groups;
}

}
