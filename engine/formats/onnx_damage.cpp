#include "engine/formats/onnx_damage.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>

namespace backstep {

namespace {

/// The messages of ONNX that can hold one another without end, and a rest that cannot.
enum class Message : uint8_t { Model, Graph, Node, Attribute, Function, Leaf };

struct NestedField {
    Message in;
    uint32_t number;
    Message holds;
    std::string_view name;
};

// Field numbers of the ONNX specification (onnx.proto).
constexpr std::array<NestedField, 9> kNestedFields{{
    {Message::Model, 7, Message::Graph, "graph"},
    {Message::Model, 25, Message::Function, "functions"},
    {Message::Graph, 1, Message::Node, "node"},
    {Message::Graph, 5, Message::Leaf, "initializer"},
    {Message::Node, 5, Message::Attribute, "attribute"},
    {Message::Attribute, 6, Message::Graph, "g"},
    {Message::Attribute, 11, Message::Graph, "graphs"},
    {Message::Function, 7, Message::Node, "node"},
    {Message::Function, 11, Message::Attribute, "attribute_proto"},
}};

const NestedField* nestedField(Message in, uint64_t number)
{
    for (const NestedField& field : kNestedFields)
        if (field.in == in && field.number == number)
            return &field;
    return nullptr;
}

class Scanner
{
public:
    Scanner(std::string_view bytes, int nesting) : m_bytes(bytes), m_nesting(nesting) {}

    /// The first fault within [at, end), or "".
    std::string fault(Message message, size_t at, size_t end, int depth) const
    {
        if (depth > m_nesting)
            return fmt::format("messages are nested more than {} deep at byte {}", m_nesting, at);
        while (at < end) {
            const size_t start = at;
            const std::optional<uint64_t> tag = varint(at, end);
            if (!tag)
                return brokenNumber(start, end);
            const uint64_t number = *tag >> 3;
            std::optional<uint64_t> length = 0;
            switch (*tag & 7) {
            case 0:
                if (!varint(at, end))
                    return brokenNumber(start, end);
                break;
            case 1:
                length = 8;
                break;
            case 2:
                length = varint(at, end);
                break;
            case 5:
                length = 4;
                break;
            default:
                return fmt::format("byte {} starts a field of wire type {}, which ONNX does not "
                                   "use (corrupt)",
                                   start, *tag & 7);
            }
            if (!length)
                return brokenNumber(start, end);
            if (number == 0)
                return fmt::format("byte {} starts a field without a number (corrupt)", start);
            const NestedField* nested = nestedField(message, number);
            if (*length > end - at)
                return tooShort(nested, number, start, *length, end - at, end);
            if ((*tag & 7) == 2 && nested && nested->holds != Message::Leaf) {
                std::string inner = fault(nested->holds, at, at + *length, depth + 1);
                if (!inner.empty())
                    return inner;
            }
            at += *length;
        }
        return {};
    }

private:
    std::optional<uint64_t> varint(size_t& at, size_t end) const
    {
        uint64_t number = 0;
        for (unsigned shift = 0; shift < 70 && at < end; shift += 7) {
            const auto byte = static_cast<uint8_t>(m_bytes[at++]);
            number |= shift < 64 ? uint64_t{byte & 0x7fu} << shift : 0;
            if (byte < 0x80)
                return number;
        }
        return std::nullopt;
    }

    std::string brokenNumber(size_t start, size_t end) const
    {
        if (end == m_bytes.size() && end - start < 20)
            return fmt::format("truncated: the field that starts at byte {} is not complete, and "
                               "the file ends at byte {}",
                               start, end);
        return fmt::format("the number at byte {} is corrupt", start);
    }

    std::string tooShort(const NestedField* nested, uint64_t number, size_t start, uint64_t length,
                         size_t left, size_t end) const
    {
        const std::string name =
            nested ? fmt::format("'{}'", nested->name) : fmt::format("number {}", number);
        return fmt::format("{}: field {} at byte {} says it holds {} bytes, and {} are left{}",
                           end == m_bytes.size() ? "truncated" : "corrupt", name, start, length,
                           left,
                           end == m_bytes.size() ? fmt::format(" (the file ends at byte {})", end)
                                                 : std::string());
    }

    std::string_view m_bytes;
    int m_nesting;
};

}

std::string damageIn(std::string_view bytes, int nesting)
{
    return Scanner(bytes, nesting).fault(Message::Model, 0, bytes.size(), 1);
}

}
