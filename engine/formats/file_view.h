#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace backstep {

/// How much of a file's claims is believed. A claim beyond them is an error before anything is
/// allocated.
struct Limits {
    int64_t fileBytes = int64_t{8} << 30;
    int64_t tensorBytes = int64_t{4} << 30; ///< of one tensor, unpacked
    int64_t entryCount = 100'000;           ///< of one archive
    int nesting = 200;                      ///< messages within messages
};

/// The bytes of one file, read once and shared between copies.
class FileView
{
public:
    /// Reads a regular file. Errors: missing, not readable, not a regular file (a folder, pipe or
    /// device: none of them is waited for), empty, or larger than the limit.
    static Result<FileView> open(const std::string& path, const Limits& limits = {});
    /// Bytes that never were a file, under a name for messages.
    static FileView ofBytes(std::string name, std::string bytes);

    const std::string& path() const { return m_path; }
    /// The folder that the file lies in; companion files are looked for below it.
    std::string folder() const;
    std::string_view bytes() const { return *m_bytes; }
    bool startsWith(std::string_view magic) const { return bytes().starts_with(magic); }

private:
    FileView(std::string path, std::string bytes);

    std::string m_path;
    std::shared_ptr<const std::string> m_bytes;
};

/// `length` bytes (-1: all that follow) from `offset` of the file at `location` below `folder`: the
/// companion of a model. `location` is relative, without "..", and no part of it a symbolic link;
/// only regular files are read.
Result<std::string> readBelow(const std::string& folder, const std::string& location,
                              int64_t offset, int64_t length, const Limits& limits);

/// Writes a file as a whole: to a neighbour first, then under its name, so that a failure leaves
/// what was there. The folder must exist.
Result<void> writeFile(const std::string& path, std::string_view bytes);

/// What bytes look like that are no model: "zeros only", "a PNG picture", "text", "a ZIP archive",
/// or "" when nothing is recognised.
std::string kindOfBytes(std::string_view bytes);

}
