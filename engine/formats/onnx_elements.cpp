#include "engine/formats/onnx_elements.h"

#include "engine/formats/onnx.pb.h"

#include <cstring>

namespace backstep {

using onnx::TensorProto;

namespace {

template<class To, class List> void copyList(Tensor& tensor, const List& list)
{
    To* element = tensor.mutableData<To>();
    for (const auto value : list)
        *element++ = static_cast<To>(value);
}

}

bool isPacked(DType dtype)
{
    return bitsInFile(dtype) > 0 && bitsInFile(dtype) < 8;
}

int64_t packedBytes(DType dtype, int64_t count)
{
    const int64_t each = 8 / bitsInFile(dtype);
    return (count + each - 1) / each;
}

std::string listFor(DType dtype)
{
    switch (dtype) {
    case DType::Float32:
    case DType::Complex64:
        return "float_data";
    case DType::Float64:
    case DType::Complex128:
        return "double_data";
    case DType::Int64:
        return "int64_data";
    case DType::UInt32:
    case DType::UInt64:
        return "uint64_data";
    case DType::String:
        return "string_data";
    default:
        return "int32_data";
    }
}

void fillFromList(Tensor& tensor, const TensorProto& proto)
{
    switch (tensor.dtype()) {
    case DType::Float32:
    case DType::Complex64:
        return copyList<float>(tensor, proto.float_data());
    case DType::Float64:
    case DType::Complex128:
        return copyList<double>(tensor, proto.double_data());
    case DType::Int64:
        return copyList<int64_t>(tensor, proto.int64_data());
    case DType::UInt64:
        return copyList<uint64_t>(tensor, proto.uint64_data());
    case DType::UInt32:
        return copyList<uint32_t>(tensor, proto.uint64_data());
    case DType::Int32:
        return copyList<int32_t>(tensor, proto.int32_data());
    case DType::Bool:
        return copyList<bool>(tensor, proto.int32_data());
    default:
        if (elementSize(tensor.dtype()) == 1)
            return copyList<uint8_t>(tensor, proto.int32_data());
        return copyList<uint16_t>(tensor, proto.int32_data());
    }
}

int64_t listCount(const std::string& list, const TensorProto& proto)
{
    if (list == "float_data")
        return proto.float_data_size();
    if (list == "double_data")
        return proto.double_data_size();
    if (list == "int64_data")
        return proto.int64_data_size();
    if (list == "uint64_data")
        return proto.uint64_data_size();
    return list == "string_data" ? proto.string_data_size() : proto.int32_data_size();
}

int64_t entriesFor(DType dtype, int64_t count)
{
    if (isPacked(dtype))
        return packedBytes(dtype, count);
    return dtype == DType::Complex64 || dtype == DType::Complex128 ? 2 * count : count;
}

Tensor unpacked(const TensorType& type, std::string_view bytes)
{
    Tensor tensor(type);
    const int bits = bitsInFile(type.dtype), each = 8 / bits;
    const bool isSigned = type.dtype == DType::Int4 || type.dtype == DType::Int2;
    for (int64_t i = 0; i < tensor.count(); ++i) {
        const auto whole = static_cast<uint8_t>(bytes[static_cast<size_t>(i / each)]);
        const auto part = static_cast<uint8_t>(whole >> (i % each * bits) & ((1u << bits) - 1));
        const bool isNegative = isSigned && part >> (bits - 1);
        tensor.mutableBytes()[i] =
            static_cast<std::byte>(isNegative ? part | (0xffu << bits & 0xffu) : part);
    }
    return tensor;
}

std::string packed(const Tensor& tensor)
{
    const int bits = bitsInFile(tensor.dtype()), each = 8 / bits;
    std::string bytes(static_cast<size_t>(packedBytes(tensor.dtype(), tensor.count())), '\0');
    for (int64_t i = 0; i < tensor.count(); ++i) {
        const unsigned part = std::to_integer<unsigned>(tensor.bytes()[i]) & ((1u << bits) - 1);
        char& whole = bytes[static_cast<size_t>(i / each)];
        whole = static_cast<char>(static_cast<unsigned char>(whole) | part << (i % each * bits));
    }
    return bytes;
}

Tensor elementsFrom(const TensorType& type, std::string_view bytes)
{
    if (isPacked(type.dtype))
        return unpacked(type, bytes);
    Tensor tensor(type);
    if (bytes.empty())
        return tensor;
    std::memcpy(tensor.mutableBytes(), bytes.data(), bytes.size());
    if (type.dtype == DType::Bool) // any other byte would be no valid bool
        for (size_t i = 0; i < bytes.size(); ++i)
            tensor.mutableBytes()[i] = std::byte{bytes[i] != 0};
    return tensor;
}

}
