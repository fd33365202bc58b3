#include "app/cli/commands.h"

#include "engine/exporters/manual.h"
#include "engine/formats/file_view.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

namespace backstep {

int writeManual(const Options& options)
{
    const std::filesystem::path folder = options.files[0];
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    const auto pages = catalogueManual();
    for (const auto& [name, text] : pages)
        if (const Result<void> written = writeFile((folder / name).string(), text); !written) {
            fmt::print(stderr, "{}\n", written.error().text());
            return kUnreadable;
        }
    fmt::print("Wrote {} pages to {}\n", pages.size(), folder.string());
    return kClean;
}

}
