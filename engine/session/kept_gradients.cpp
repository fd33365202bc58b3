#include "engine/session/kept_gradients.h"

#include "engine/base/text.h"
#include "engine/exporters/forward_notes.h"
#include "engine/exporters/gradient_functions.h"
#include "engine/formats/onnx.pb.h"
#include "engine/formats/onnx_file.h"
#include "engine/session/gradient_choices.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace backstep {

namespace {

/// One node for each kind of op of a target, by hash.
std::map<std::string, NodeId> kindsOf(const Graph& graph, const GradientTarget& target)
{
    std::map<std::string, NodeId> kinds;
    for (const NodeId id : nodesOf(graph, target))
        kinds.emplace(gradientHash(graph.node(id)), id);
    return kinds;
}

/// Why the gradient does not fit what is there now; "" where it does.
std::string misfit(const Graph& graph, const GradientChoice& choice,
                   const std::vector<std::string>& madeFor)
{
    const std::map<std::string, NodeId> kinds = kindsOf(graph, choice.target);
    if (kinds.empty())
        return "no op is named so any more";
    if (choice.text.empty())
        return "the file holds the forward part only; the Python gradient was not saved";
    for (const auto& [hash, id] : kinds) {
        const Node& node = graph.node(id);
        // Files of before say nothing of the op.
        if (!madeFor.empty() && std::find(madeFor.begin(), madeFor.end(), hash) == madeFor.end())
            return fmt::format("'{}' ({}) is not the op that it was made for",
                               printable(node.origin.name), printable(node.op.type));
        if (const Result<CustomGradient> custom = customGradient(graph, node, choice); !custom)
            return custom.error().message;
    }
    return {};
}

GradientNote noteOf(const GradientChoice& choice, std::vector<std::string> madeFor)
{
    return {std::string(nameOf(choice.target.scope)),
            textOf(choice.target),
            choice.text,
            choice.reason,
            choice.acceptedOn,
            choice.acceptedDifference,
            std::move(madeFor)};
}

/// "gradient_0_Sign"; letters, digits and _ alone.
std::string functionName(size_t number, const std::string& op)
{
    std::string name = fmt::format("gradient_{}_", number);
    for (const char c : op)
        name +=
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ? c : '_';
    return name;
}

/// The file's bytes with calls in the place of ops whose forward was given; else as they are.
Result<std::string> bytesWithForwards(const Document& document)
{
    if (document.forwards.empty())
        return document.source->bytes;
    onnx::ModelProto model;
    if (!model.ParseFromString(document.source->bytes))
        return Error{"onnx-unreadable", "The model's bytes cannot be read again."};
    keepForwards(model, document.forwards, document.placed, document.source->opset);
    return serialize(model);
}

}

void applyKept(const std::vector<GradientNote>& notes, Document& document,
               std::vector<std::string>& told)
{
    for (const GradientNote& note : notes) {
        const GradientChoice choice{targetOf(note.scope, note.name), note.text, note.reason,
                                    note.acceptedOn, note.acceptedDifference};
        const std::string whose = fmt::format("gradient of {} '{}' from the file",
                                              nameOf(choice.target.scope), printable(note.name));
        const std::string why = misfit(*document.graph, choice, note.madeFor);
        if (why.empty()) {
            document.gradients.push_back(choice);
            told.push_back(fmt::format("{}: applied", whose));
        } else {
            document.orphans.push_back({choice, note.madeFor, why});
            told.push_back(fmt::format("{}: orphaned, not applied: {}", whose, why));
        }
    }
}

Result<std::string> bytesWithGradients(const Document& document)
{
    const Graph& graph = *document.graph;
    std::vector<GradientNote> notes;
    std::vector<std::string> functions;
    for (const GradientChoice& choice : document.gradients) {
        std::vector<std::string> madeFor;
        for (const auto& [hash, id] : kindsOf(graph, choice.target)) {
            madeFor.push_back(hash);
            const Node& node = graph.node(id);
            const Result<CustomGradient> custom = customGradient(graph, node, choice.text);
            if (!custom || custom->isCut())
                continue; // a cut is the note alone
            Result<std::string> function =
                gradientFunction(graph, node, *custom, functionName(functions.size(), node.op.type),
                                 document.source->opset);
            if (function)
                functions.push_back(std::move(*function));
        }
        notes.push_back(noteOf(choice, std::move(madeFor)));
    }
    for (const OrphanedGradient& orphan : document.orphans)
        notes.push_back(noteOf(orphan.choice, orphan.madeFor));
    const Result<std::string> bytes = bytesWithForwards(document);
    if (!bytes)
        return bytes.error();
    return withGradientNotes(*bytes, notes, functions);
}

}
