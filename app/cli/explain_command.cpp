#include "app/cli/commands.h"
#include "app/cli/open_model.h"

#include "engine/checks/locate.h"
#include "engine/exporters/explanation.h"
#include "engine/formats/file_view.h"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

namespace backstep {

namespace {

constexpr size_t kMostBytes = size_t{16} << 20; ///< more is no traceback

Result<std::string> tracebackText(const std::string& path)
{
    if (path.empty() || path == "-") {
        std::string text;
        for (char c; text.size() < kMostBytes && std::cin.get(c);)
            text += c;
        return text;
    }
    const Result<FileView> file = FileView::open(path);
    if (!file)
        return file.error();
    return std::string(file->bytes().substr(0, kMostBytes));
}

}

int explainTraceback(const Options& options)
{
    const Result<std::string> text = tracebackText(options.traceback);
    if (!text) {
        fmt::print(stderr, "{}\n", text.error().text());
        return kUnreadable;
    }
    Explanation explanation;
    explanation.causes = causesOf(*text);
    OpenedModel opened;
    const Graph* graph = nullptr;
    if (!options.files.empty()) {
        openModel(opened, options.files[0], options.model);
        if (opened.error)
            return tellFailure(opened, options.files[0], options.isJson);
        explanation.file = options.files[0];
        graph = opened.session.snapshot()->document->graph.get();
    }
    for (const TracebackCause& cause : explanation.causes)
        explanation.places.push_back(graph ? opsNamedBy(cause, *graph) : std::vector<NodeId>());
    fmt::print("{}", options.isJson ? explanationAsJson(explanation, graph)
                                    : explanationAsText(explanation, graph));
    return explanation.causes.empty() ? kFound : kClean;
}

}
