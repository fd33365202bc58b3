#include "engine/formats/file_view.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace backstep {

namespace {

/// Owns a file descriptor.
class Descriptor
{
public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    bool isOpen() const { return m_fd >= 0; }
    int get() const { return m_fd; }

private:
    int m_fd;
};

// Without O_NONBLOCK, opening a named pipe would wait for a writer.
constexpr int kReadFlags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;

std::string systemSays(int code)
{
    return std::generic_category().message(code);
}

std::string kindOf(mode_t mode)
{
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a named pipe";
    if (S_ISCHR(mode) || S_ISBLK(mode))
        return "a device";
    return S_ISSOCK(mode) ? "a socket" : "no regular file";
}

/// The size of an opened regular file.
Result<int64_t> sizeOf(const Descriptor& file, const std::string& shownPath)
{
    struct stat status = {};
    if (::fstat(file.get(), &status) != 0)
        return Error{"file-unreadable",
                     fmt::format("'{}' cannot be read: {}.", shownPath, systemSays(errno))};
    if (!S_ISREG(status.st_mode))
        return Error{"file-not-regular", fmt::format("'{}' is {}; a regular file is wanted.",
                                                     shownPath, kindOf(status.st_mode))};
    return static_cast<int64_t>(status.st_size);
}

/// Up to `length` bytes; fewer when the file shrank meanwhile.
Result<std::string> readBytes(const Descriptor& file, int64_t offset, int64_t length,
                              const std::string& shownPath)
{
    std::string bytes(static_cast<size_t>(length), '\0');
    size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::pread(file.get(), bytes.data() + filled, bytes.size() - filled,
                                    static_cast<off_t>(offset) + static_cast<off_t>(filled));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return Error{"file-unreadable",
                         fmt::format("'{}' cannot be read: {}.", shownPath, systemSays(errno))};
        if (got == 0)
            break;
        filled += static_cast<size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

Error refusedLocation(const std::string& location, std::string_view why)
{
    return {"external-data-refused",
            fmt::format("External data '{}' is not read: {}.", printable(location), why),
            "External tensor data must lie in a regular file in the model's folder or below it."};
}

/// Opens `location` one part at a time and follows no symbolic link, so that nothing outside
/// `folder` can be reached, not even by a link that is swapped in meanwhile.
Result<Descriptor> openBelow(const std::string& folder, const std::string& location)
{
    if (location.empty() || location.find('\0') != std::string::npos)
        return refusedLocation(location, "the location is empty or holds a NUL character");
    if (location.front() == '/')
        return refusedLocation(location, "the location is an absolute path");
    Descriptor place(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!place.isOpen())
        return Error{"file-unreadable",
                     fmt::format("The folder '{}' cannot be read: {}.", folder, systemSays(errno))};
    const std::vector<std::string> parts = split(location, '/');
    for (size_t i = 0; i < parts.size(); ++i) {
        if (parts[i] == "..")
            return refusedLocation(location, "the location leads out of the model's folder");
        if (parts[i].empty() || parts[i] == ".")
            continue;
        const bool isLast = i + 1 == parts.size();
        const int flags = kReadFlags | O_NOFOLLOW | (isLast ? 0 : O_DIRECTORY);
        Descriptor next(::openat(place.get(), parts[i].c_str(), flags));
        if (!next.isOpen()) {
            if (errno == ELOOP || (!isLast && errno == ENOTDIR))
                return refusedLocation(location, "'" + printable(parts[i]) +
                                                     "' is a symbolic link or no folder");
            return refusedLocation(location, systemSays(errno));
        }
        place = std::move(next);
    }
    return place;
}

}

FileView::FileView(std::string path, std::string bytes)
    : m_path(std::move(path)), m_bytes(std::make_shared<const std::string>(std::move(bytes)))
{}

FileView FileView::ofBytes(std::string name, std::string bytes)
{
    return FileView(std::move(name), std::move(bytes));
}

Result<FileView> FileView::open(const std::string& path, const Limits& limits)
{
    const std::string shown = printable(path);
    Descriptor file(::open(path.c_str(), kReadFlags));
    if (!file.isOpen())
        return Error{"file-unreadable",
                     fmt::format("'{}' cannot be opened: {}.", shown, systemSays(errno))};
    Result<int64_t> size = sizeOf(file, shown);
    if (!size)
        return size.takeError();
    if (*size == 0)
        return Error{"file-empty", fmt::format("'{}' is empty (0 bytes).", shown)};
    if (*size > limits.fileBytes)
        return Error{"file-too-large", fmt::format("'{}' has {} bytes; the size limit is {}.",
                                                   shown, *size, limits.fileBytes)};
    Result<std::string> bytes = readBytes(file, 0, *size, shown);
    if (!bytes)
        return bytes.takeError();
    return FileView(path, std::move(*bytes));
}

std::string FileView::folder() const
{
    const std::string parent = std::filesystem::path(m_path).parent_path().string();
    return parent.empty() ? "." : parent;
}

Result<std::string> readBelow(const std::string& folder, const std::string& location,
                              int64_t offset, int64_t length, const Limits& limits)
{
    const std::string shown = printable(location);
    Result<Descriptor> file = openBelow(folder, location);
    if (!file)
        return file.takeError();
    const Result<int64_t> size = sizeOf(*file, shown);
    if (!size)
        return refusedLocation(location, size.error().message);
    if (length < 0)
        length = std::max<int64_t>(*size - offset, 0);
    if (offset < 0 || offset > *size || length > *size - offset)
        return Error{"external-data-short",
                     fmt::format("External data '{}' has {} bytes; {} bytes from offset {} are "
                                 "wanted.",
                                 shown, *size, length, offset)};
    if (length > limits.tensorBytes)
        return Error{"tensor-too-large",
                     fmt::format("External data '{}': {} bytes are wanted; the size limit of one "
                                 "tensor is {}.",
                                 shown, length, limits.tensorBytes)};
    Result<std::string> bytes = readBytes(*file, offset, length, shown);
    if (bytes && static_cast<int64_t>(bytes->size()) != length)
        return Error{"external-data-short",
                     fmt::format("External data '{}' became shorter while it was read.", shown)};
    return bytes;
}

}
