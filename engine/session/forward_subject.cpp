#include "engine/session/forward_subject.h"

#include "engine/base/text.h"
#include "engine/checks/soft_fixes.h"
#include "engine/ops/registry.h"
#include "engine/session/forward_looks.h"
#include "engine/session/forwards.h"
#include "engine/session/gradient_looks.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

NodeId forwardOpNamed(const Graph& graph, const std::string& name, const std::string& type)
{
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase == Phase::Forward && !node.isScan() && node.op.type == type &&
            node.origin.name == name)
            return id;
    }
    return kNoNode;
}

/// The value of a program that an op's input is in another import of the same file: made by the
/// same output of an op of the same name, or of that name itself.
ValueId sameValue(const Graph& graph, ValueId value, const Graph& program)
{
    const NodeId producer = graph.value(value).producer;
    if (producer == kNoNode) {
        for (const ValueKind kind : {ValueKind::Input, ValueKind::Weight, ValueKind::Constant})
            for (const ValueId id : program.valuesOfKind(kind))
                if (!graph.value(value).name.empty() &&
                    program.value(id).name == graph.value(value).name)
                    return id;
        return kNoValue;
    }
    const Node& maker = graph.node(producer);
    const auto slot = static_cast<size_t>(
        std::find(maker.outputs.begin(), maker.outputs.end(), value) - maker.outputs.begin());
    for (const NodeId id : program.nodeIds()) {
        const Node& node = program.node(id);
        if (node.origin.phase == Phase::Forward && node.origin.name == maker.origin.name &&
            node.op == maker.op && slot < node.outputs.size())
            return node.outputs[slot];
    }
    return kNoValue;
}

/// The op as the file has it, where something else is computed in its place.
Result<ForwardSubject> subjectBehind(const Snapshot& snapshot, const Node& part,
                                     const ForwardChoice& given)
{
    Result<Document> plain = withoutForward(*snapshot.document, given.op);
    if (!plain)
        return plain.takeError();
    ForwardSubject subject;
    subject.graph = plain->graph;
    subject.given = given;
    const std::string name = part.origin.name.ends_with("/soft")
                                 ? part.origin.name.substr(0, part.origin.name.size() - 5)
                                 : part.origin.name;
    const std::string type = part.origin.source.empty() ? part.op.type : part.origin.source;
    subject.node = forwardOpNamed(*subject.graph, name, type);
    if (subject.node == kNoNode)
        return Error{"forward", fmt::format("The file has no op named '{}'.", printable(name))};
    subject.inProgram.emplace();
    for (const ValueId input : subject.op().inputs) {
        if (input == kNoValue)
            continue;
        if (const ValueId same = sameValue(*subject.graph, input, *snapshot.program);
            same != kNoValue)
            subject.inProgram->emplace(input, same);
    }
    return subject;
}

std::vector<SoftForwardLook> libraryFor(const Graph& graph, const Node& node)
{
    constexpr int kThumbnailSamples = 81;
    std::vector<SoftForwardLook> looks;
    for (const SoftForward* row : softForwardsFor(node.op.type)) {
        const Result<ForwardChoice> choice = softForward(graph, node, *row, row->sharpness);
        if (choice)
            looks.push_back(
                {row, choice->text,
                 forwardCurve(graph, node, choice->text, evenly(-2, 2, kThumbnailSamples))});
    }
    return looks;
}

}

const ForwardChoice* forwardGivenTo(const Document& document, const Node& node)
{
    const ForwardChoice* byType = nullptr;
    for (const ForwardChoice& choice : document.forwards) {
        if (node.origin.name == choice.op || node.origin.name == choice.op + "/soft")
            return &choice;
        if (node.origin.source == choice.op)
            byType = &choice;
    }
    return byType;
}

Result<ForwardSubject> forwardSubject(DebugSession& session, NodeId id)
{
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->program || !snapshot->program->has(id))
        return Error{"nothing-open", "There is no such op."};
    const Node& node = snapshot->program->node(id);
    if (node.origin.phase != Phase::Forward || node.isScan())
        return Error{"forward", "Only an op of the forward pass can be given a forward."};
    ForwardSubject subject;
    if (const ForwardChoice* given = forwardGivenTo(*snapshot->document, node)) {
        Result<ForwardSubject> behind = subjectBehind(*snapshot, node, *given);
        if (!behind)
            return behind;
        subject = std::move(*behind);
    } else if (!node.origin.source.empty() && node.origin.source != node.op.type) {
        return Error{"forward",
                     fmt::format("'{}' is a part of {}, which is one op in the file: a part of it "
                                 "cannot be replaced by itself.",
                                 printable(node.origin.name), printable(node.origin.source))};
    } else {
        subject.graph = snapshot->program;
        subject.node = id;
    }
    const OpDef* def = operators().find(subject.op().op);
    subject.hasOwn = def && !subject.op().problem;
    SeenValues values = subject.values(session);
    subject.seen = seenInput(values, *subject.graph, subject.op());
    subject.library = libraryFor(*subject.graph, subject.op());
    return subject;
}

}
