#pragma once

#include "engine/tensor/dtype.h"
#include "engine/tensor/minifloat.h"
#include "engine/tensor/shape.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace backstep {

/// What is known of a value before it exists: element type and sizes.
struct TensorType {
    DType dtype = DType::Undefined;
    Shape shape;
    bool operator==(const TensorType&) const = default;
    /// "float32 [4, 12, 8]"
    std::string text() const;
};

/// Bytes from one stored element to the next: of a string or a tensor in a sequence, its object.
size_t storedSize(DType dtype);

/// Borrowed elements; strides count elements and may be 0 (broadcast) or negative.
struct TensorView {
    DType dtype = DType::Undefined;
    std::byte* data = nullptr;
    Shape shape, strides;

    template<class T> T* as() const { return reinterpret_cast<T*>(data); }
    bool isDense() const;
};

/// Elements in row-major order, shared between copies and never written after they are built.
/// Strings are held as std::string elements, those of a sequence (rank 1) as Tensors, all others as
/// plain bytes. An optional is a sequence of length 0 or 1 with a dtype of its own.
class Tensor
{
public:
    Tensor() = default;
    /// Elements set to zero (empty strings).
    explicit Tensor(TensorType type);
    /// Takes the elements of `values` in row-major order; their number must be shape.count().
    template<class T> static Tensor of(Shape shape, const std::vector<T>& values);
    static Tensor ofStrings(Shape shape, std::vector<std::string> values);
    static Tensor sequence(std::vector<Tensor> elements);
    /// With a tensor or a sequence in it, or without.
    static Tensor optional(std::vector<Tensor> element);
    static Tensor scalar(double value, DType dtype);
    static Tensor ints(const std::vector<int64_t>& values)
    {
        return of<int64_t>({static_cast<int64_t>(values.size())}, values);
    }
    /// A dense copy of what the view shows.
    static Tensor copyOf(const TensorView& view);

    bool isNull() const { return !m_bytes && !m_strings && !m_elements; }
    const TensorType& type() const { return m_type; }
    DType dtype() const { return m_type.dtype; }
    const Shape& shape() const { return m_type.shape; }
    int64_t count() const { return m_type.shape.count(); }

    template<class T> const T* data() const { return reinterpret_cast<const T*>(m_bytes.get()); }
    const std::byte* bytes() const { return m_bytes.get(); }
    size_t byteCount() const { return static_cast<size_t>(count()) * elementSize(dtype()); }
    /// For filling a tensor right after it was made; never once it is shared.
    std::byte* mutableBytes() { return m_bytes.get(); }
    template<class T> T* mutableData() { return reinterpret_cast<T*>(m_bytes.get()); }
    const std::vector<std::string>& strings() const { return *m_strings; }
    /// Of a sequence or an optional.
    const std::vector<Tensor>& elements() const { return *m_elements; }

    /// A view for reading; kernels take the same type for inputs and outputs.
    TensorView view() const;
    Tensor reshaped(Shape shape) const;
    /// Element `index` (row-major) as a double; booleans are 0 and 1; not for strings.
    double number(int64_t index) const;
    /// Element `index` as an integer; floats are truncated.
    int64_t integer(int64_t index) const;
    /// All elements as integers: shapes, axes, starts.
    std::vector<int64_t> integers() const;
    /// Converts between numeric types element by element, as ONNX Cast does.
    Tensor converted(DType dtype) const;
    bool sameElements(const Tensor& other) const;

private:
    TensorType m_type;
    std::shared_ptr<std::byte[]> m_bytes;
    std::shared_ptr<std::vector<std::string>> m_strings;
    std::shared_ptr<std::vector<Tensor>> m_elements;
};

template<class T> inline constexpr DType dtypeOf = DType::Undefined;
template<> inline constexpr DType dtypeOf<float> = DType::Float32;
template<> inline constexpr DType dtypeOf<double> = DType::Float64;
template<> inline constexpr DType dtypeOf<Float16> = DType::Float16;
template<> inline constexpr DType dtypeOf<BFloat16> = DType::BFloat16;
template<> inline constexpr DType dtypeOf<int32_t> = DType::Int32;
template<> inline constexpr DType dtypeOf<int64_t> = DType::Int64;
template<> inline constexpr DType dtypeOf<uint8_t> = DType::UInt8;
template<> inline constexpr DType dtypeOf<int8_t> = DType::Int8;
template<> inline constexpr DType dtypeOf<int16_t> = DType::Int16;
template<> inline constexpr DType dtypeOf<uint16_t> = DType::UInt16;
template<> inline constexpr DType dtypeOf<uint32_t> = DType::UInt32;
template<> inline constexpr DType dtypeOf<uint64_t> = DType::UInt64;
template<> inline constexpr DType dtypeOf<bool> = DType::Bool;

template<class T> Tensor Tensor::of(Shape shape, const std::vector<T>& values)
{
    Tensor tensor(TensorType{dtypeOf<T>, shape});
    assert(static_cast<int64_t>(values.size()) == shape.count());
    for (size_t i = 0; i < values.size(); ++i)
        tensor.mutableData<T>()[i] = values[i];
    return tensor;
}

}
