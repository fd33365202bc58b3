#include "engine/tensor/tensor.h"

#include "engine/tensor/strided.h"

#include <cmath>

namespace backstep {

std::string TensorType::text() const
{
    return std::string(nameOf(dtype)) + " " + shape.text();
}

bool TensorView::isDense() const
{
    int64_t expected = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        if (shape[axis] != 1 && strides[axis] != expected)
            return false;
        expected *= shape[axis];
    }
    return true;
}

size_t storedSize(DType dtype)
{
    if (dtype == DType::String)
        return sizeof(std::string);
    return dtype == DType::Sequence || dtype == DType::Optional ? sizeof(Tensor)
                                                                : elementSize(dtype);
}

Tensor::Tensor(TensorType type) : m_type(type)
{
    const auto elements = static_cast<size_t>(type.shape.count());
    if (type.dtype == DType::String)
        m_strings = std::make_shared<std::vector<std::string>>(elements);
    else if (type.dtype == DType::Sequence || type.dtype == DType::Optional)
        m_elements = std::make_shared<std::vector<Tensor>>(elements);
    else
        m_bytes =
            std::make_shared<std::byte[]>(std::max<size_t>(1, elements * elementSize(type.dtype)));
}

Tensor Tensor::ofStrings(Shape shape, std::vector<std::string> values)
{
    Tensor tensor;
    tensor.m_type = {DType::String, shape};
    tensor.m_strings = std::make_shared<std::vector<std::string>>(std::move(values));
    return tensor;
}

Tensor Tensor::sequence(std::vector<Tensor> elements)
{
    Tensor tensor;
    tensor.m_type = {DType::Sequence, {static_cast<int64_t>(elements.size())}};
    tensor.m_elements = std::make_shared<std::vector<Tensor>>(std::move(elements));
    return tensor;
}

Tensor Tensor::optional(std::vector<Tensor> element)
{
    assert(element.size() <= 1);
    Tensor tensor = sequence(std::move(element));
    tensor.m_type.dtype = DType::Optional;
    return tensor;
}

Tensor Tensor::scalar(double value, DType dtype)
{
    Tensor tensor(TensorType{dtype, {}});
    const Tensor wide = of<double>({}, {value});
    convertElements(wide.view(), tensor.view());
    return tensor;
}

TensorView Tensor::view() const
{
    if (m_strings)
        return {DType::String, reinterpret_cast<std::byte*>(m_strings->data()), m_type.shape,
                m_type.shape.denseStrides()};
    if (m_elements)
        return {m_type.dtype, reinterpret_cast<std::byte*>(m_elements->data()), m_type.shape,
                m_type.shape.denseStrides()};
    return {m_type.dtype, m_bytes.get(), m_type.shape, m_type.shape.denseStrides()};
}

Tensor Tensor::copyOf(const TensorView& view)
{
    Tensor copy(TensorType{view.dtype, view.shape});
    copyElements(view, copy.view());
    return copy;
}

Tensor Tensor::reshaped(Shape shape) const
{
    assert(shape.count() == count());
    Tensor other = *this;
    other.m_type.shape = shape;
    return other;
}

double Tensor::number(int64_t index) const
{
    double result = 0;
    if (!withNumericType(dtype(),
                         [&]<class T>() { result = static_cast<double>(data<T>()[index]); }) &&
        elementSize(dtype()) > 0) {
        TensorView one = view();
        one.data += static_cast<size_t>(index) * elementSize(dtype());
        one.shape = one.strides = {};
        convertElements(one, {DType::Float64, reinterpret_cast<std::byte*>(&result), {}, {}});
    }
    return result;
}

int64_t Tensor::integer(int64_t index) const
{
    if (dtype() == DType::Int64)
        return data<int64_t>()[index];
    if (dtype() == DType::UInt64)
        return static_cast<int64_t>(data<uint64_t>()[index]);
    const double value = number(index);
    return std::isfinite(value) ? static_cast<int64_t>(value) : 0;
}

std::vector<int64_t> Tensor::integers() const
{
    std::vector<int64_t> all(static_cast<size_t>(count()));
    for (size_t i = 0; i < all.size(); ++i)
        all[i] = integer(static_cast<int64_t>(i));
    return all;
}

Tensor Tensor::converted(DType dtype) const
{
    if (dtype == this->dtype())
        return *this;
    Tensor other(TensorType{dtype, shape()});
    convertElements(view(), other.view());
    return other;
}

bool Tensor::sameElements(const Tensor& other) const
{
    if (!(m_type == other.m_type))
        return false;
    if (m_strings)
        return m_strings == other.m_strings || *m_strings == *other.m_strings;
    if (m_elements)
        return std::equal(m_elements->begin(), m_elements->end(), other.m_elements->begin(),
                          [](const Tensor& a, const Tensor& b) { return a.sameElements(b); });
    return m_bytes == other.m_bytes || std::memcmp(bytes(), other.bytes(), byteCount()) == 0;
}

}
