#pragma once

#include "engine/base/result.h"
#include "engine/tensor/shape.h"

#include <string_view>

namespace backstep {

/// What the header of a .npy file says: a Python dictionary with three entries.
struct NpyHeader {
    char byteOrder = '<'; ///< '<', '>', or '|' where it does not matter
    char kind = 'f';      ///< 'f', 'i', 'u', 'b', 'S', 'U'
    int64_t itemSize = 4; ///< bytes; of S and U the length
    bool isFortranOrder = false;
    Shape shape;
    size_t dataStart = 0; ///< offset of the first element
};

/// Reads the header at the start of `bytes`; the Error says what was found and what is wanted.
Result<NpyHeader> npyHeaderOf(std::string_view bytes);

}
