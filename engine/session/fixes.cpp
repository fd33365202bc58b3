#include "engine/session/fixes.h"

#include "engine/base/date.h"
#include "engine/base/text.h"
#include "engine/checks/soft_fixes.h"
#include "engine/diagnostics/surrogates.h"
#include "engine/session/cuts.h"
#include "engine/session/forwards.h"
#include "engine/session/insertions.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// What could have been meant, for an op of this type.
Error unknownFix(const Node& node, const std::string& id)
{
    std::vector<std::string> ids{std::string(kCutId), std::string(kUncutId)};
    for (const SoftForward* row : softForwardsFor(node.op.type))
        ids.emplace_back(row->id);
    for (const Surrogate* row : surrogatesFor(node.op.type))
        ids.emplace_back(row->id);
    const std::string near = closestWord(id, ids);
    return {"fix",
            fmt::format("There is no fix '{}' for '{}' ({}).", printable(id),
                        printable(node.origin.name), printable(node.op.type)),
            near.empty() ? "There are " + join(ids, ", ") + "." : "Did you mean '" + near + "'?"};
}

}

Result<Document> withFix(const Document& document, NodeId node, const Fix& fix)
{
    if (fix.forward)
        return withForward(document, *fix.forward);
    if (fix.insertion)
        return withInsertion(document, *fix.insertion);
    if (fix.uncuts)
        return withoutCut(document, node);
    if (fix.expression.empty() || !document.graph->has(node))
        return Error{"fix", fmt::format("'{}' is advice: it changes nothing here.", fix.title)};
    Document next = document;
    const GradientChoice choice{
        {GradientTarget::Scope::Node, document.graph->node(node).origin.name},
        fix.expression,
        fix.title,
        today()};
    std::erase_if(next.gradients, [&](const auto& other) { return other.target == choice.target; });
    next.gradients.push_back(choice);
    return next;
}

Result<Document> withoutFixes(const Document& document)
{
    Document plain = document;
    plain.gradients.clear();
    while (!plain.forwards.empty()) {
        Result<Document> next = withoutForward(plain, plain.forwards.back().op);
        if (!next)
            return next;
        plain = std::move(*next);
    }
    return plain;
}

Result<Fix> fixNamed(const Graph& graph, const Node& node, const std::string& id,
                     std::optional<double> sharpness)
{
    if (id == kCutId || id == kUncutId) {
        if (sharpness)
            return Error{"fix", fmt::format("'{}' has no sharpness.", id)};
        return id == kCutId ? cutHere() : takeCutAway();
    }
    if (const SoftForward* row = softForwardWithId(id)) {
        const double k = sharpness.value_or(row->sharpness);
        if (sharpness && row->sharpness == 0)
            return Error{"fix", fmt::format("'{}' has no sharpness.", id)};
        if (row->sharpness > 0 && (k < row->least || k > row->most))
            return Error{"fix",
                         fmt::format("The sharpness of '{}' lies from {:g} to {:g}, and {:g} "
                                     "was given.",
                                     id, row->least, row->most, k)};
        Result<ForwardChoice> choice = softForward(graph, node, *row, k);
        if (!choice)
            return choice.takeError();
        return Fix{
            .title = std::string(row->title), .kind = row->kind, .forward = std::move(*choice)};
    }
    const Surrogate* row = surrogateWithId(id);
    if (!row || (row->fits & flatShapesOf(node.op.type)) == 0)
        return unknownFix(node, id);
    if (sharpness)
        return Error{"fix", fmt::format("'{}' has no sharpness.", id)};
    return Fix{.title = std::string(row->title),
               .kind = FixKind::GradientOnly,
               .expression = std::string(row->gradient)};
}

}
