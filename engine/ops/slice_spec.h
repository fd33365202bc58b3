#pragma once

#include "engine/tensor/tensor.h"

namespace backstep {

/// What a Slice takes of each axis.
struct SliceSpec {
    Shape starts, steps, sizes;
};

/// The part of a view that a Slice takes.
TensorView sliced(TensorView view, const SliceSpec& spec);

}
