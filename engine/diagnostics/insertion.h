#pragma once

#include "engine/graph/ids.h"
#include "engine/tensor/tensor.h"

#include <cstdint>
#include <vector>

namespace backstep {

/// What can be put between a value and an op that does not take it.
struct Insertion {
    enum class Kind : uint8_t {
        Characters, ///< ids of the characters of each text, and an Embedding: [n] -> [length, n, k]
        Words,      ///< ids of whole texts by a table, and an Embedding
        OneHot,     ///< ids of whole texts by a table, each a vector of zeros and a one
        Numbers,    ///< the texts read as numbers
        Cast,       ///< to `dtype`
        Unsqueeze,  ///< an axis of size 1 at `axis`
        Transpose,  ///< the axes in the order of `perm`
    } kind = Kind::Cast;
    NodeId node = kNoNode; ///< the op that reads the value
    size_t input = 0;
    DType dtype = DType::Float32;
    int64_t axis = 0;
    std::vector<int64_t> perm = {};
    bool operator==(const Insertion&) const = default;
};

}
