#include "engine/formats/npz.h"

#include "engine/base/text.h"
#include "engine/formats/npy.h"

#include <fmt/format.h>
#include <zip.h>

#include <memory>

namespace backstep {

namespace {

struct CloseArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
struct FreeSource {
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;

constexpr std::string_view kSuffix = ".npy";

std::string zipSays(zip_error_t& error)
{
    std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return text;
}

Result<Archive> openArchive(const FileView& file)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source =
        zip_source_buffer_create(file.bytes().data(), file.bytes().size(), 0, &error);
    zip_t* archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
    if (archive) {
        zip_error_fini(&error);
        return Archive(archive);
    }
    zip_source_free(source);
    return Error{"npz-broken", fmt::format("'{}' is no sound .npz archive: {}.",
                                           printable(file.path()), zipSays(error))};
}

/// The unpacked bytes of an entry, whose claimed size is believed only as far as deflate can pack.
Result<std::string> entryBytes(zip_t* archive, zip_uint64_t index, const zip_stat_t& entry,
                               const Limits& limits)
{
    const auto bad = [&entry](const std::string& what) {
        return Error{"npz-broken", fmt::format("Entry '{}': {}.", printable(entry.name), what)};
    };
    constexpr zip_uint64_t deflateRatio = 1040; // at most 1032 (zlib, technical details)
    if (entry.size > static_cast<zip_uint64_t>(limits.tensorBytes) ||
        entry.size / deflateRatio > entry.comp_size)
        return bad(fmt::format("its size of {} bytes is above the limit", entry.size));
    const std::unique_ptr<zip_file_t, CloseEntry> opened(zip_fopen_index(archive, index, 0));
    if (!opened)
        return bad(zip_strerror(archive));
    std::string bytes(entry.size, '\0');
    size_t filled = 0;
    while (filled < bytes.size()) {
        const zip_int64_t got =
            zip_fread(opened.get(), bytes.data() + filled, bytes.size() - filled);
        if (got <= 0)
            return bad(got < 0 ? zip_file_strerror(opened.get()) : "truncated");
        filled += static_cast<size_t>(got);
    }
    // Only reading on to the end makes libzip compare the checksum.
    char beyond = 0;
    if (zip_fread(opened.get(), &beyond, 1) != 0)
        return bad("its checksum does not fit its bytes");
    return bytes;
}

}

Result<std::map<std::string, Tensor>> readNpz(const FileView& file, const Limits& limits)
{
    std::map<std::string, Tensor> arrays;
    if (file.startsWith("\x93NUMPY")) {
        Result<Tensor> array = tensorOfNpy(file.bytes(), file.path(), limits);
        if (!array)
            return array.takeError();
        arrays.emplace("", std::move(*array));
        return arrays;
    }
    if (!file.startsWith("PK")) {
        const std::string kind = kindOfBytes(file.bytes());
        return Error{"npz-broken",
                     fmt::format("'{}' is no .npz archive{}.", printable(file.path()),
                                 kind.empty() ? "" : ": it holds " + kind),
                     "Write one with numpy.savez(path, name=array, ...)."};
    }
    Result<Archive> archive = openArchive(file);
    if (!archive)
        return archive.takeError();
    const zip_int64_t count = zip_get_num_entries(archive->get(), 0);
    if (count > limits.entryCount)
        return Error{"npz-broken", fmt::format("'{}' has {} entries; the limit is {}.",
                                               printable(file.path()), count, limits.entryCount)};
    const std::string step = "reading '" + printable(file.path()) + "'";
    int64_t total = 0;
    for (zip_uint64_t index = 0; index < static_cast<zip_uint64_t>(count); ++index) {
        zip_stat_t entry;
        if (zip_stat_index(archive->get(), index, 0, &entry) != 0 || !entry.name ||
            !(entry.valid & ZIP_STAT_SIZE) || !(entry.valid & ZIP_STAT_COMP_SIZE))
            return Error{"npz-broken", fmt::format("Entry {} has no name or size.", index)}.during(
                step);
        std::string name = entry.name;
        if (!name.ends_with(kSuffix))
            continue;
        name.resize(name.size() - kSuffix.size());
        Result<std::string> bytes = entryBytes(archive->get(), index, entry, limits);
        if (!bytes)
            return bytes.takeError().during(step);
        total += static_cast<int64_t>(bytes->size());
        if (total > limits.fileBytes)
            return Error{"npz-broken", "All arrays together are above the size limit."}.during(
                step);
        Result<Tensor> array = tensorOfNpy(*bytes, name, limits);
        if (!array)
            return array.takeError().during(step);
        arrays.insert_or_assign(name, std::move(*array));
    }
    return arrays;
}

Result<std::string> npzOf(const std::map<std::string, Tensor>& arrays, NpzPacking packing)
{
    zip_error_t error;
    zip_error_init(&error);
    const auto failed = [](const std::string& why) {
        return Error{"npz-unwritable", "The .npz archive cannot be made: " + why + "."};
    };
    // Kept beyond the archive, which owns and closes it too.
    const std::unique_ptr<zip_source_t, FreeSource> target(
        zip_source_buffer_create(nullptr, 0, 0, &error));
    if (!target)
        return failed(zipSays(error));
    zip_source_keep(target.get());
    Archive archive(zip_open_from_source(target.get(), ZIP_TRUNCATE, &error));
    if (!archive) {
        zip_source_free(target.get());
        return failed(zipSays(error));
    }
    zip_error_fini(&error);
    std::vector<std::string> entries; // libzip reads them when it closes the archive
    entries.reserve(arrays.size());
    for (const auto& [name, tensor] : arrays) {
        Result<std::string> bytes = npyOf(tensor, name);
        if (!bytes)
            return bytes.takeError();
        entries.push_back(std::move(*bytes));
        zip_source_t* source =
            zip_source_buffer(archive.get(), entries.back().data(), entries.back().size(), 0);
        const std::string entryName = name + std::string(kSuffix);
        const zip_int64_t index =
            zip_file_add(archive.get(), entryName.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(source);
            return failed(zip_strerror(archive.get()));
        }
        const auto entry = static_cast<zip_uint64_t>(index);
        zip_set_file_compression(archive.get(), entry,
                                 packing == NpzPacking::Stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
        // 1 January 1980: the same arrays make the same bytes
        zip_file_set_dostime(archive.get(), entry, 0, 0x21, 0);
    }
    if (zip_close(archive.get()) != 0)
        return failed(zip_strerror(archive.get()));
    static_cast<void>(archive.release());

    zip_stat_t stat;
    if (zip_source_open(target.get()) != 0 || zip_source_stat(target.get(), &stat) != 0)
        return failed("its bytes cannot be read back");
    std::string bytes(stat.size, '\0');
    const zip_int64_t got = zip_source_read(target.get(), bytes.data(), bytes.size());
    zip_source_close(target.get());
    if (got != static_cast<zip_int64_t>(bytes.size()))
        return failed("its bytes cannot be read back");
    return bytes;
}

}
