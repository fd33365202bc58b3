#pragma once

#include <set>
#include <string>
#include <vector>

namespace backstep {

/// Members that are shown as one box; a group of one is shown as itself.
struct FoldGroup {
    std::string name;
    std::vector<int> members; ///< indexes, ascending
};

/// Groups things by their scope path ("encoder/dense/MatMul") so that at most `most` groups remain,
/// as deep as that allows; where the paths do not help, by neighbourhood. Groups named in
/// `unfolded` are opened again, one level.
std::vector<FoldGroup> foldByScope(const std::vector<std::string>& paths, size_t most,
                                   const std::set<std::string>& unfolded);

}
