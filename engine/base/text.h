#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

std::string join(std::span<const std::string> parts, std::string_view separator);
std::vector<std::string> split(std::string_view text, char separator);
std::string_view trimmed(std::string_view text);
std::string lowered(std::string_view text);

/// "1 timestep", "12 timesteps".
std::string counted(int64_t count, std::string_view noun);

/// What stands behind the last of `/ . :` in a name: "W" of "lstm/W".
std::string_view lastPart(std::string_view name);

/// The known word closest to `word` by edit distance, or "" when none is near (distance at most a
/// third of its length).
std::string closestWord(std::string_view word, std::span<const std::string> known);

/// Bytes of unknown origin made fit to be shown: control, bidirectional and invalid UTF-8
/// characters become visible escapes.
std::string printable(std::string_view bytes);

bool isUtf8(std::string_view bytes);
/// False for the bytes that go on with the character before (UTF-8).
constexpr bool beginsCharacter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}
/// Characters of valid UTF-8, not bytes.
size_t characterCount(std::string_view text);

}
