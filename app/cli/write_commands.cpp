#include "app/cli/commands.h"

#include "engine/base/text.h"
#include "engine/exporters/op_table.h"
#include "engine/exporters/report.h"
#include "engine/formats/npz.h"
#include "engine/formats/onnx_file.h"
#include "engine/importers/text_model.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

namespace backstep {

namespace {

int complain(const Error& error, int exitCode)
{
    fmt::print(stderr, "{}\n", error.text());
    return exitCode;
}

/// Writes the model, and its data beside it.
int writeModel(const TextModel& made, const std::string& path)
{
    if (const Result<void> written = writeFile(path, serialize(*made.model)); !written)
        return complain(written.error(), kUnreadable);
    fmt::print("Wrote {}\n", printable(path));
    if (made.data.empty())
        return kClean;
    const std::string dataPath = std::filesystem::path(path).replace_extension(".npz").string();
    const Result<std::string> bytes = npzOf(made.data);
    if (!bytes)
        return complain(bytes.error(), kFailed);
    if (const Result<void> written = writeFile(dataPath, *bytes); !written)
        return complain(written.error(), kUnreadable);
    fmt::print("Wrote {}: its data, for backstep run {} --inputs {}\n", printable(dataPath),
               printable(shellWord(path)), printable(shellWord(dataPath)));
    return kClean;
}

}

std::string errorUnderText(const std::string& text, const Error& error)
{
    if (error.column < 0)
        return error.text();
    size_t place = 0; // in bytes; the column counts characters
    for (int left = error.column; place < text.size(); ++place)
        if (beginsCharacter(text[place]) && left-- == 0)
            break;
    const size_t lineStart = place == 0 ? 0 : text.rfind('\n', place - 1) + 1; // npos + 1 is 0
    const std::string_view line = std::string_view(text).substr(lineStart);
    return fmt::format("  {}\n  {}^\n{}", printable(line.substr(0, line.find('\n'))),
                       std::string(characterCount(line.substr(0, place - lineStart)), ' '),
                       error.text());
}

int listOperators(const Options& options)
{
    if (options.isMarkdown) {
        fmt::print("{}", operatorsAsMarkdown(operators()));
        return kClean;
    }
    for (const OpDef* def : operators().all())
        fmt::print("{:<36}{}\n", def->domain.empty() ? def->name : def->domain + ":" + def->name,
                   gradientWord(*def));
    return kClean;
}

int listOrWriteExample(const Options& options)
{
    const std::vector<std::string> names = exampleNames();
    if (options.files.empty()) {
        for (size_t i = 0; i < names.size(); ++i)
            fmt::print("{}  {:<10}  {}\n", i + 1, names[i], exampleTitle(names[i]));
        return kClean;
    }
    std::string name = options.files[0];
    for (size_t i = 0; i < names.size(); ++i)
        if (name == std::to_string(i + 1))
            name = names[i];
    const Result<TextModel> example = exampleModel(name);
    return example ? writeModel(*example, options.files[1]) : complain(example.error(), kUsage);
}

int writeNewModel(const Options& options)
{
    const Result<TextModel> made = modelFromText(options.files[0]);
    if (made)
        return writeModel(*made, options.files[1]);
    fmt::print(stderr, "{}\n", errorUnderText(options.files[0], made.error()));
    return kUsage;
}

}
