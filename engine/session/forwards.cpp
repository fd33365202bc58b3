#include "engine/session/forwards.h"

#include "engine/base/text.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/opening.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// Gradients that were given to ops which are gone.
void setAside(Document& document, const std::string& why)
{
    std::erase_if(document.gradients, [&](const GradientChoice& choice) {
        if (!nodesOf(*document.graph, choice.target).empty())
            return false;
        document.orphans.push_back({choice, {}, why});
        return true;
    });
}

Result<Document> importedAnew(Document document)
{
    Result<Document> anew = documentAnew(document);
    if (anew)
        setAside(*anew, "what its op computes was replaced");
    return anew;
}

}

Result<Document> withForward(const Document& document, const ForwardChoice& choice)
{
    Document next = document;
    const auto same = std::find_if(next.forwards.begin(), next.forwards.end(),
                                   [&](const auto& other) { return other.op == choice.op; });
    if (same == next.forwards.end())
        next.forwards.push_back(choice);
    else
        *same = choice;
    return importedAnew(std::move(next));
}

Result<Document> withoutForward(const Document& document, const std::string& op)
{
    Document next = document;
    if (std::erase_if(next.forwards, [&](const auto& choice) { return choice.op == op; }) == 0)
        return Error{"no-forward",
                     fmt::format("Nothing was given for '{}' to compute.", printable(op))};
    return importedAnew(std::move(next));
}

}
