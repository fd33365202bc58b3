#include "app/cli/commands.h"
#include "app/cli/given_gradients.h"
#include "app/cli/open_model.h"
#include "app/cli/pass_results.h"

#include "engine/base/text.h"
#include "engine/formats/file_view.h"
#include "engine/session/exported_fix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace backstep {

namespace {

int complain(const Error& error, int exitCode)
{
    fmt::print(stderr, "{}\n", error.text());
    return exitCode;
}

/// The op of this name; else the first of this type, one with a gradient before the others.
Result<NodeId> opNamed(const Snapshot& snapshot, const std::string& op)
{
    const Graph& program = *snapshot.program;
    NodeId found = kNoNode;
    bool hasGradient = false;
    for (const NodeId id : program.nodeIds()) {
        const Node& node = program.node(id);
        if (node.origin.phase != Phase::Forward)
            continue;
        if (node.origin.name == op)
            return id;
        const bool isReplaced = node.origin.source == op && found == kNoNode &&
                                forwardGivenTo(*snapshot.document, node);
        if ((node.op.type != op && !isReplaced) || hasGradient)
            continue;
        hasGradient = choiceFor(*snapshot.document, program, id) != nullptr;
        if (hasGradient || found == kNoNode)
            found = id;
    }
    if (found != kNoNode)
        return found;
    const size_t at = op.rfind('@');
    if (at != std::string::npos && opNamed(snapshot, op.substr(0, at)))
        return Error{
            "usage",
            fmt::format("--op: '{}' means some timesteps only, and a layer's code is the "
                        "same at all of them.",
                        printable(op)),
            fmt::format("Write --op '{}' for all timesteps.", printable(op.substr(0, at)))};
    return noSuchOp("--op", op, program);
}

/// The forward that is given for the op: it is written as code, and not put into the graph.
std::string takeForward(ModelOptions& model, const std::string& op)
{
    const auto found = std::find_if(model.forwards.begin(), model.forwards.end(),
                                    [&](const ForwardChoice& each) { return each.op == op; });
    if (found == model.forwards.end())
        return {};
    std::string text = std::move(found->text);
    model.forwards.erase(found);
    return text;
}

/// Prints the code, or writes it where it is wanted.
int give(const std::string& code, const Options& options)
{
    if (options.saveTo.empty()) {
        fmt::print("{}", code);
        return kClean;
    }
    if (const Result<void> written = writeFile(options.saveTo, code); !written)
        return complain(written.error(), kUnreadable);
    fmt::print("Wrote {}\n", printable(options.saveTo));
    return kClean;
}

}

int exportFix(const Options& options)
{
    const std::string& path = options.files.front();
    ModelOptions model = options.model;
    const std::string forward = takeForward(model, options.op);
    OpenedModel opened;
    openModel(opened, path, model);
    if (opened.error)
        return tellFailure(opened, path, false);
    DebugSession& session = opened.session;
    Result<NodeId> node = opNamed(*session.snapshot(), options.op);
    if (!node)
        return complain(node.error(), kUsage);
    if (!forward.empty() &&
        !choiceFor(*session.snapshot()->document, *session.snapshot()->program, *node)) {
        // Without a gradient of its own the op is what is computed in its place.
        if (Result<void> set = session.setForward({options.op, forward}); !set)
            return complain(set.error(), kUsage);
        node = opNamed(*session.snapshot(), options.op);
        if (!node)
            return complain(node.error(), kUsage);
    }
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!choiceFor(*snapshot->document, *snapshot->program, *node) &&
        snapshot->program->node(*node).problem && forward.empty()) {
        const Result<std::string> code =
            insertionCodeOf(*snapshot->document, *node, options.fix - 1, options.exportTo);
        return code ? give(*code, options) : complain(code.error(), kUsage);
    }
    runPass(session, options.allowsIncomplete); // the verdict is on values that the op saw
    const Result<FixToExport> fix = fixOf(session, *node, forward);
    if (!fix)
        return complain(fix.error(), kUsage);
    const Graph& program = *session.snapshot()->program;
    const Result<std::string> code = codeOf(program, *fix, options.exportTo);
    if (!code)
        return complain(code.error(), kFound);
    const int exitCode = areUnanswered(reported(program, {fix->judged})) ? kFound : kClean;
    return std::max(exitCode, give(*code, options));
}

}
