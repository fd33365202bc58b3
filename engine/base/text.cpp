#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace backstep {

namespace {

/// One character of UTF-8 at the start of `bytes`: its number and length, or length 0 where the
/// bytes are not UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
struct Character {
    uint32_t code = 0;
    size_t length = 0;
};

Character firstCharacter(std::string_view bytes)
{
    const auto byteAt = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
    const uint8_t lead = byteAt(0);
    if (lead < 0x80)
        return {lead, 1};
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || bytes.size() < length)
        return {};
    uint32_t code = lead & (0x7fu >> length);
    for (size_t i = 1; i < length; ++i) {
        if ((byteAt(i) & 0xc0) != 0x80)
            return {};
        code = code << 6 | (byteAt(i) & 0x3fu);
    }
    static constexpr std::array<uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool isSurrogate = code >= 0xd800 && code <= 0xdfff;
    if (code < smallest[length] || code > 0x10ffff || isSurrogate)
        return {};
    return {code, length};
}

/// Characters that change how their neighbours are shown, or that nobody sees.
bool isHidden(uint32_t code)
{
    const auto within = [code](uint32_t first, uint32_t last) {
        return code >= first && code <= last;
    };
    return code < 0x20 || within(0x7f, 0x9f) || code == 0xad || code == 0x61c ||
           within(0x200b, 0x200f) || within(0x2028, 0x202e) || within(0x2060, 0x206f) ||
           code == 0xfeff;
}

std::string hex(uint32_t number, int digits)
{
    std::string text(static_cast<size_t>(digits), '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4)
        *digit = "0123456789abcdef"[number & 0xf];
    return text;
}

std::string escaped(uint32_t code)
{
    switch (code) {
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return code < 0x100 ? "\\x" + hex(code, 2) : "\\u" + hex(code, 4);
    }
}

/// Edit distance where swapping two neighbours counts as one edit.
size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<size_t> beforeLast, last(b.size() + 1), row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min(
                {last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
        beforeLast = std::exchange(last, row);
    }
    return last[b.size()];
}

}

std::string join(std::span<const std::string> parts, std::string_view separator)
{
    std::string all;
    for (size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            all += separator;
        all += parts[i];
    }
    return all;
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    for (size_t start = 0;;) {
        const size_t end = text.find(separator, start);
        parts.emplace_back(text.substr(start, end - start));
        if (end == std::string_view::npos)
            return parts;
        start = end + 1;
    }
}

std::string_view trimmed(std::string_view text)
{
    static constexpr std::string_view blanks = " \t\r\n\f\v";
    const size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::string counted(int64_t count, std::string_view noun)
{
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string_view lastPart(std::string_view name)
{
    return name.substr(name.find_last_of("/.:") + 1);
}

std::string closestWord(std::string_view word, std::span<const std::string> known)
{
    // Longer than any name we know: not a slip of the fingers, and the distance would cost much.
    if (word.size() > 64)
        return {};
    const std::string sought = lowered(word);
    size_t best = word.size() / 3 + 1;
    std::string closest;
    for (const std::string& candidate : known) {
        const size_t distance = editDistance(sought, lowered(candidate));
        if (distance < best) {
            best = distance;
            closest = candidate;
        }
    }
    return closest;
}

std::string printable(std::string_view bytes)
{
    std::string shown;
    while (!bytes.empty()) {
        const Character character = firstCharacter(bytes);
        const size_t length = std::max<size_t>(character.length, 1);
        if (character.length == 0)
            shown += "\\x" + hex(static_cast<uint8_t>(bytes[0]), 2);
        else if (isHidden(character.code))
            shown += escaped(character.code);
        else
            shown += bytes.substr(0, length);
        bytes.remove_prefix(length);
    }
    return shown;
}

size_t characterCount(std::string_view text)
{
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), beginsCharacter));
}

bool isUtf8(std::string_view bytes)
{
    while (!bytes.empty()) {
        const Character character = firstCharacter(bytes);
        if (character.length == 0)
            return false;
        bytes.remove_prefix(character.length);
    }
    return true;
}

}
