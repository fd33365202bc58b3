#include "engine/formats/file_view.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace backstep {

namespace {

Error cannotWrite(const std::string& path, int code)
{
    return {"file-unwritable", fmt::format("'{}' cannot be written: {}.", printable(path),
                                           std::generic_category().message(code))};
}

bool writeAll(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
}

/// A new file beside `path`, with the permissions that the user gives new files.
int openNeighbour(const std::string& path, std::string& neighbour)
{
    for (int attempt = 0; attempt < 100; ++attempt) {
        neighbour = fmt::format("{}.{}-{}.tmp", path, ::getpid(), attempt);
        const int fd = ::open(neighbour.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

}

Result<void> writeFile(const std::string& path, std::string_view bytes)
{
    struct stat old = {};
    const bool replaces = ::stat(path.c_str(), &old) == 0;
    if (replaces && !S_ISREG(old.st_mode))
        return Error{"file-not-regular",
                     fmt::format("'{}' is no regular file and is not replaced.", printable(path))};
    std::string neighbour;
    const int fd = openNeighbour(path, neighbour);
    if (fd < 0)
        return cannotWrite(path, errno);
    const bool isWritten = writeAll(fd, bytes) &&
                           (!replaces || ::fchmod(fd, old.st_mode & 0777) == 0) && ::fsync(fd) == 0;
    int failure = isWritten ? 0 : errno;
    if (::close(fd) != 0 && failure == 0)
        failure = errno;
    if (failure == 0 && std::rename(neighbour.c_str(), path.c_str()) != 0)
        failure = errno;
    if (failure == 0)
        return {};
    ::unlink(neighbour.c_str());
    return cannotWrite(path, failure);
}

std::string kindOfBytes(std::string_view bytes)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> magics{{
        {"\x89PNG", "a PNG picture"},
        {"\xff\xd8\xff", "a JPEG picture"},
        {"GIF8", "a GIF picture"},
        {"%PDF", "a PDF document"},
        {"PK\x03\x04", "a ZIP archive (.keras, .pt2 or .npz)"},
        {"\x89HDF\r\n", "an HDF5 file"},
        {"\x7f"
         "ELF",
         "a program"},
        {"\x93NUMPY", "a NumPy array"},
        {"\x1f\x8b", "a gzip archive"},
    }};
    for (const auto& [magic, name] : magics)
        if (bytes.starts_with(magic))
            return std::string(name);
    if (bytes.find_first_not_of('\0') == std::string_view::npos)
        return "zeros only";
    const std::string_view head = bytes.substr(0, 512);
    const auto isTextByte = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 || byte == '\n' || byte == '\r' || byte == '\t';
    };
    // A protobuf starts with small tag bytes, so text alone has none below a space.
    if (std::all_of(head.begin(), head.end(), isTextByte) &&
        (isUtf8(head) || bytes.size() > head.size()))
        return "text";
    return {};
}

}
