#pragma once

#include "engine/ops/graph_builder.h"
#include "engine/ops/op_def.h"

#include <string>
#include <vector>

namespace backstep {

/// Along one axis: where the windows of a convolution or pooling lie (ONNX Conv, AveragePool).
struct WindowAxis {
    int64_t size = 0; ///< of the operand
    int64_t kernel = 1, stride = 1, dilation = 1;
    int64_t before = 0, behind = 0; ///< padding
    int64_t count = 0;              ///< of windows

    /// Position of element k of window o in the operand; outside of it in the padding.
    int64_t positionOf(int64_t o, int64_t k) const { return o * stride + k * dilation - before; }
    /// Padding behind that the last window needs; ceil_mode may ask for more than is given.
    int64_t reach() const
    {
        const int64_t last = count == 0 ? 0 : positionOf(count - 1, kernel - 1) + 1;
        return std::max(behind, last - size);
    }
};

/// One for each axis behind batch and channels of `x`, from the attributes kernel_shape (else
/// `kernel`), strides, dilations, pads, auto_pad and ceil_mode. Errors: lists of a wrong length or
/// with wrong numbers (attribute), sizes that do not fit (shape).
Result<std::vector<WindowAxis>> windowsOf(const Attributes& attributes, const Shape& x,
                                          const std::vector<int64_t>& kernel = {});

/// [batch, channels, windows of each axis]
Shape windowedShape(int64_t batch, int64_t channels, const std::vector<WindowAxis>& axes);

/// Of a pooling over the first input.
Result<std::vector<TensorType>> poolShape(const OpCall& call);

/// x padded with `padding`, then [N, C, windows, elements of a window, windows, ...]: two axes for
/// each of `axes`.
Value windowed(GraphBuilder& builder, const Value& x, const std::vector<WindowAxis>& axes,
               double padding);
/// The same with [N, C, elements of a window..., windows...].
Value elementsFirst(const Value& windowed, const std::vector<WindowAxis>& axes);
/// The axes of `windowed` that hold a window's elements.
std::vector<int64_t> elementAxes(const std::vector<WindowAxis>& axes);

}
