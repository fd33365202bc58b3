#pragma once

#include "engine/tensor/tensor.h"

namespace backstep {

/// y = alpha a b, or y += alpha a b. a: [m, k], b: [k, n], y: [m, n]; any strides.
void multiply(const TensorView& a, const TensorView& b, const TensorView& y, double alpha = 1,
              bool accumulate = false);

/// The same over leading axes that broadcast. a: [.., m, k], b: [.., k, n], y: [.., m, n].
void multiplyBatched(const TensorView& a, const TensorView& b, const TensorView& y);

void scaleInPlace(const TensorView& y, double factor);

/// y = alpha a b, or y += alpha a b: a [.., m, k], b [k, n], y [.., m, n]. One product over all
/// rows where the strides allow it.
void multiplyRows(const TensorView& a, const TensorView& b, const TensorView& y, double alpha = 1,
                  bool accumulate = false);

/// y += sum over i of a[i] b[i]: a [K, m, r], b [K, r, n], y [m, n]. One product over K r columns
/// where the strides allow it.
void addProducts(const TensorView& a, const TensorView& b, const TensorView& y);

}
