#include "app/cli/commands.h"
#include "app/cli/open_model.h"
#include "app/cli/pass_results.h"

#include "engine/base/text.h"
#include "engine/exporters/training_graph.h"
#include "engine/formats/file_view.h"

#include <fmt/format.h>

#include <cstdio>

namespace backstep {

int convertModel(const Options& options)
{
    const std::string &path = options.files[0], &out = options.files[1];
    OpenedModel opened;
    openModel(opened, path, options.model);
    if (opened.error)
        return tellFailure(opened, path, false);
    Result<void> written;
    if (options.isTrainingGraph) {
        const std::shared_ptr<const Snapshot> snapshot = opened.session.snapshot();
        const Result<std::string> bytes =
            trainingGraphAsOnnx({*snapshot->program, snapshot->cotangents, *snapshot->report});
        if (!bytes) {
            fmt::print(stderr, "{}: {}\n", printable(path), printable(bytes.error().text()));
            return kFound;
        }
        written = writeFile(out, *bytes);
    } else {
        // Answers are written with the difference that they were given for.
        if (!options.model.surrogateReason.empty() || !options.model.fixes.empty())
            runPass(opened.session, options.allowsIncomplete);
        written = opened.session.save(out);
    }
    if (!written) {
        fmt::print(stderr, "{}\n", written.error().text());
        return kUnreadable;
    }
    fmt::print("Wrote {}\n", printable(out));
    return kClean;
}

}
