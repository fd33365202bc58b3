#include "engine/formats/npy.h"

#include "engine/base/text.h"
#include "engine/formats/npy_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace backstep {

namespace {

std::optional<DType> dtypeOfHeader(const NpyHeader& header)
{
    switch (header.kind) {
    case 'f':
        return header.itemSize == 4   ? std::optional(DType::Float32)
               : header.itemSize == 8 ? std::optional(DType::Float64)
               : header.itemSize == 2 ? std::optional(DType::Float16)
                                      : std::nullopt;
    case 'b':
        return header.itemSize == 1 ? std::optional(DType::Bool) : std::nullopt;
    case 'i':
    case 'u':
        return dtypeNamed(
            fmt::format("{}int{}", header.kind == 'u' ? "u" : "", header.itemSize * 8));
    default:
        return DType::String;
    }
}

/// NumPy's letters for a dtype, such as "<f4"; "" for one that NumPy lacks.
std::string descriptionOf(DType dtype)
{
    if (dtype == DType::Bool)
        return "|b1";
    const std::string_view name = nameOf(dtype);
    const char kind = name.starts_with("float") ? 'f' : name.front();
    const bool isPlain = dtype == DType::Float16 || dtype == DType::Float32 ||
                         dtype == DType::Float64 || integers.has(dtype);
    return isPlain ? fmt::format("{}{}{}", elementSize(dtype) == 1 ? '|' : '<', kind,
                                 elementSize(dtype))
                   : std::string();
}

void appendUtf8(std::string& text, uint32_t code)
{
    if (code < 0x80) {
        text += static_cast<char>(code);
        return;
    }
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static constexpr uint8_t leads[] = {0, 0xc0, 0xe0, 0xf0};
    text += static_cast<char>(leads[more] | code >> (6 * more));
    for (int i = more - 1; i >= 0; --i)
        text += static_cast<char>(0x80 | (code >> (6 * i) & 0x3f));
}

/// The characters of valid UTF-8.
std::vector<uint32_t> charactersOf(std::string_view text)
{
    std::vector<uint32_t> characters;
    for (const char c : text) {
        const auto byte = static_cast<uint8_t>(c);
        if (byte < 0x80)
            characters.push_back(byte);
        else if (byte >= 0xc0)
            characters.push_back(byte & (byte >= 0xf0 ? 0x07u : byte >= 0xe0 ? 0x0fu : 0x1fu));
        else
            characters.back() = characters.back() << 6 | (byte & 0x3fu);
    }
    return characters;
}

/// One S or U element without its padding.
std::string stringOf(std::string_view item, char kind)
{
    if (kind == 'S')
        return std::string(item.substr(0, item.find_last_not_of('\0') + 1));
    std::string text;
    std::vector<uint32_t> codes(item.size() / 4);
    if (!codes.empty())
        std::memcpy(codes.data(), item.data(), codes.size() * 4);
    while (!codes.empty() && codes.back() == 0)
        codes.pop_back();
    for (const uint32_t code : codes)
        appendUtf8(text, code > 0x10ffff ? 0xfffd : code);
    return text;
}

/// `bytes` of `count` items with the bytes of each `width` reversed.
std::string swapped(std::string_view bytes, size_t width)
{
    std::string result(bytes);
    for (size_t i = 0; width > 1 && i + width <= result.size(); i += width)
        std::reverse(result.begin() + static_cast<ptrdiff_t>(i),
                     result.begin() + static_cast<ptrdiff_t>(i + width));
    return result;
}

/// Items that stand first axis fastest, in row-major order.
std::string rowMajor(std::string_view items, const Shape& shape, size_t itemBytes)
{
    std::string result(items.size(), '\0');
    Shape strides = Shape::filled(shape.rank(), 1), index = Shape::filled(shape.rank(), 0);
    for (int axis = 1; axis < shape.rank(); ++axis)
        strides[axis] = strides[axis - 1] * shape[axis - 1];
    for (int64_t i = 0, from = 0; i < shape.count(); ++i) {
        std::memcpy(result.data() + static_cast<size_t>(i) * itemBytes,
                    items.data() + static_cast<size_t>(from) * itemBytes, itemBytes);
        for (int axis = shape.rank() - 1; axis >= 0; --axis) {
            from += strides[axis];
            if (++index[axis] < shape[axis])
                break;
            from -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    return result;
}

Tensor tensorFrom(DType dtype, const NpyHeader& header, std::string_view items, size_t itemBytes)
{
    if (dtype == DType::String) {
        std::vector<std::string> strings(static_cast<size_t>(header.shape.count()));
        for (size_t i = 0; i < strings.size(); ++i)
            strings[i] = stringOf(items.substr(i * itemBytes, itemBytes), header.kind);
        return Tensor::ofStrings(header.shape, std::move(strings));
    }
    Tensor tensor(TensorType{dtype, header.shape});
    if (!items.empty())
        std::memcpy(tensor.mutableBytes(), items.data(), items.size());
    if (dtype == DType::Bool) // any other byte would be no valid bool
        std::transform(items.begin(), items.end(), tensor.mutableBytes(),
                       [](char byte) { return std::byte{byte != 0}; });
    return tensor;
}

/// Strings as fixed-width items: U where all are UTF-8, else S.
std::string stringItems(const Tensor& tensor, std::string& description)
{
    const std::vector<std::string>& strings = tensor.strings();
    const bool isText =
        std::all_of(strings.begin(), strings.end(), [](const std::string& s) { return isUtf8(s); });
    size_t width = 1;
    for (const std::string& text : strings)
        width = std::max(width, isText ? charactersOf(text).size() : text.size());
    description = fmt::format("{}{}", isText ? "<U" : "|S", width);
    std::string items;
    for (const std::string& text : strings) {
        std::string item = text;
        if (isText) {
            const std::vector<uint32_t> codes = charactersOf(text);
            item.assign(reinterpret_cast<const char*>(codes.data()), codes.size() * 4);
        }
        item.resize(isText ? width * 4 : width);
        items += item;
    }
    return items;
}

}

Result<Tensor> tensorOfNpy(std::string_view bytes, const std::string& name, const Limits& limits)
{
    const std::string step = "reading array '" + printable(name) + "'";
    Result<NpyHeader> read = npyHeaderOf(bytes);
    if (!read)
        return read.takeError().during(step);
    const NpyHeader& header = *read;
    const std::optional<DType> dtype = dtypeOfHeader(header);
    const auto bad = [&step](const std::string& what) {
        return Error{"npy-broken", what + "."}.during(step);
    };
    if (!dtype)
        return bad(
            fmt::format("the element type '{}{}' is not read", header.kind, header.itemSize));

    const int64_t itemBytes = header.kind == 'U' ? header.itemSize * 4 : header.itemSize;
    int64_t byteCount = itemBytes, held = 1;
    for (const int64_t size : header.shape)
        if (__builtin_mul_overflow(byteCount, size, &byteCount) ||
            __builtin_mul_overflow(held, std::max<int64_t>(size, 1), &held))
            return bad("the sizes of " + header.shape.text() + " overflow");
    // Strings take more room here than in the file, empty ones too.
    const int64_t perElement = *dtype == DType::String ? 64 + itemBytes : itemBytes;
    if (header.shape.count() > limits.tensorBytes / std::max<int64_t>(perElement, 1))
        return bad(fmt::format("{} is larger than the size limit", header.shape.text()));
    const std::string_view data = bytes.substr(header.dataStart);
    if (static_cast<int64_t>(data.size()) != byteCount)
        return bad(fmt::format("{} bytes of elements are there, and '{}{}' {} needs {}",
                               data.size(), header.kind, header.itemSize, header.shape.text(),
                               byteCount));
    std::string items;
    std::string_view ordered = data;
    const auto itemWidth = static_cast<size_t>(itemBytes);
    if (header.byteOrder == '>') {
        items = swapped(ordered, header.kind == 'U' ? 4 : header.kind == 'S' ? 1 : itemWidth);
        ordered = items;
    }
    if (header.isFortranOrder && header.shape.rank() > 1) {
        items = rowMajor(ordered, header.shape, itemWidth);
        ordered = items;
    }
    return tensorFrom(*dtype, header, ordered, itemWidth);
}

Result<std::string> npyOf(const Tensor& tensor, const std::string& name)
{
    std::string description = descriptionOf(tensor.dtype());
    std::string items;
    if (tensor.dtype() == DType::String)
        items = stringItems(tensor, description);
    else if (description.empty())
        return Error{"dtype-not-held", fmt::format("Array '{}': NumPy has no element type {}.",
                                                   printable(name), nameOf(tensor.dtype()))};
    else
        items.assign(reinterpret_cast<const char*>(tensor.bytes()), tensor.byteCount());

    std::string sizes;
    for (const int64_t size : tensor.shape())
        sizes += fmt::format("{}{}", sizes.empty() ? "" : ", ", size);
    if (tensor.shape().rank() == 1)
        sizes += ",";
    std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                     description, sizes);
    // Version 1: the elements start at a multiple of 64, the header ends with a line feed.
    header.append(63 - (10 + header.size()) % 64, ' ');
    header += '\n';
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(header.size() & 0xff);
    bytes += static_cast<char>(header.size() >> 8);
    return bytes + header + items;
}

}
