#pragma once

#include "engine/tensor/dtype.h"

#include <string>

namespace backstep {

/// What the user says that an op computes (SEMANTICS R16): for the node of this name, else for all
/// ops of this type.
struct ForwardChoice {
    std::string op, text;
    std::string soft = {}; ///< the row of the library that the text is of; "" where it is typed
    double sharpness = 0;  ///< of that row
    /// Where the op's own result is an integer or a boolean: its dtype. The text stands for it in
    /// casts to floats alone; every other reader gets the op's own result as before.
    DType hard = DType::Undefined;
    bool operator==(const ForwardChoice&) const = default;
};

}
