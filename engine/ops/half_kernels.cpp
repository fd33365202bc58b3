// engine/ops/half_kernels.cpp - float16 and bfloat16, computed in float32.

#include "engine/ops/half_kernels.h"

#include "engine/tensor/strided.h"

#include <deque>

namespace backstep {

namespace {

bool isHalf(DType dtype)
{
    return dtype == DType::Float16 || dtype == DType::BFloat16;
}

/// Buffers of one thread, taken in order and grown as needed.
class Buffers
{
public:
    float* take(int64_t count)
    {
        if (m_used == m_buffers.size())
            m_buffers.emplace_back();
        std::vector<float>& buffer = m_buffers[m_used++];
        if (buffer.size() < static_cast<size_t>(count))
            buffer.resize(static_cast<size_t>(count));
        return buffer.data();
    }
    void giveBack(size_t count) { m_used -= count; }

private:
    std::deque<std::vector<float>> m_buffers;
    size_t m_used = 0;
};

TensorView widened(const TensorView& view, Buffers& buffers)
{
    return {DType::Float32, reinterpret_cast<std::byte*>(buffers.take(view.shape.count())),
            view.shape, view.shape.denseStrides()};
}

}

void runInFloat32(Kernel kernel, const KernelCall& call)
{
    thread_local Buffers buffers;
    std::vector<TensorView> in(call.in.begin(), call.in.end());
    std::vector<TensorView> out(call.out.begin(), call.out.end());
    size_t taken = 0;
    for (TensorView& view : in)
        if (view.data && isHalf(view.dtype)) {
            const TensorView wide = widened(view, buffers);
            convertElements(view, wide);
            view = wide;
            ++taken;
        }
    for (TensorView& view : out)
        if (isHalf(view.dtype)) {
            const TensorView wide = widened(view, buffers);
            convertElements(view, wide); // a kernel may add to what is there
            view = wide;
            ++taken;
        }
    kernel({call.attributes, in, out});
    for (size_t i = 0; i < out.size(); ++i)
        if (isHalf(call.out[i].dtype))
            convertElements(out[i], call.out[i]);
    buffers.giveBack(taken);
}

}
