#include "engine/formats/npy_header.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <charconv>

namespace backstep {

namespace {

Error badHeader(const std::string& found)
{
    return {"npy-broken", found + "."};
}

/// What stands behind `'key':` in the header's dictionary, or "".
std::string_view valueOf(std::string_view dictionary, std::string_view key)
{
    for (const char quote : {'\'', '"'}) {
        const std::string quoted = quote + std::string(key) + quote;
        if (const size_t at = dictionary.find(quoted); at != std::string_view::npos) {
            const std::string_view rest = trimmed(dictionary.substr(at + quoted.size()));
            return rest.starts_with(':') ? trimmed(rest.substr(1)) : std::string_view();
        }
    }
    return {};
}

/// The text of "(4, 12, 8)" or "(3,)" or "()" as sizes.
Result<Shape> shapeOf(std::string_view text)
{
    const size_t end = text.find(')');
    if (!text.starts_with('(') || end == std::string_view::npos)
        return badHeader("the header's 'shape' is no tuple of sizes");
    Shape shape;
    for (const std::string& part : split(text.substr(1, end - 1), ',')) {
        const std::string_view number = trimmed(part);
        if (number.empty())
            continue;
        int64_t size = 0;
        const auto [stop, failure] =
            std::from_chars(number.data(), number.data() + number.size(), size);
        if (failure != std::errc() || stop != number.data() + number.size() || size < 0)
            return badHeader(fmt::format("the header's 'shape' holds '{}'", printable(number)));
        if (shape.rank() == kMaxRank)
            return badHeader(fmt::format("the array has more than {} dimensions", kMaxRank));
        shape.append(size);
    }
    return shape;
}

Result<void> readDescription(std::string_view text, NpyHeader& header)
{
    const size_t end = text.empty() ? std::string_view::npos : text.find(text.front(), 1);
    if (end == std::string_view::npos || (text.front() != '\'' && text.front() != '"'))
        return badHeader("the header's 'descr' is no plain element type (records are not read)");
    const std::string_view descr = text.substr(1, end - 1);
    const bool isKnown = descr.size() >= 3 &&
                         std::string_view("<>|=").find(descr[0]) != std::string_view::npos &&
                         std::string_view("fiubSU").find(descr[1]) != std::string_view::npos;
    const char* stop = descr.data() + descr.size();
    if (!isKnown || std::from_chars(descr.data() + 2, stop, header.itemSize).ptr != stop ||
        header.itemSize < 0 || header.itemSize > (1 << 24))
        return badHeader(fmt::format(
            "the element type '{}' is not read{}", printable(descr),
            descr.find('O') == std::string_view::npos ? "" : ": pickled Python objects never are"));
    header.byteOrder = descr[0] == '=' ? '<' : descr[0];
    header.kind = descr[1];
    return {};
}

}

Result<NpyHeader> npyHeaderOf(std::string_view bytes)
{
    if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 12)
        return badHeader("it does not start as a NumPy array does");
    const auto byteAt = [&](size_t i) { return size_t{static_cast<uint8_t>(bytes[i])}; };
    const size_t version = byteAt(6);
    if (version < 1 || version > 3)
        return badHeader(fmt::format("its version is {}; 1 to 3 are read", version));
    const size_t start = version == 1 ? 10 : 12;
    const size_t length =
        byteAt(8) | byteAt(9) << 8 | (version == 1 ? 0 : byteAt(10) << 16 | byteAt(11) << 24);
    if (length > bytes.size() - start)
        return badHeader(fmt::format("truncated: the header says it has {} bytes, and {} are left",
                                     length, bytes.size() - start));
    const std::string_view dictionary = bytes.substr(start, length);

    NpyHeader header;
    header.dataStart = start + length;
    const std::string_view order = valueOf(dictionary, "fortran_order");
    if (!order.starts_with("True") && !order.starts_with("False"))
        return badHeader("the header lacks 'fortran_order'");
    header.isFortranOrder = order.starts_with("True");
    Result<Shape> shape = shapeOf(valueOf(dictionary, "shape"));
    if (!shape)
        return shape.takeError();
    header.shape = *shape;
    if (Result<void> description = readDescription(valueOf(dictionary, "descr"), header);
        !description)
        return description.takeError();
    return header;
}

}
