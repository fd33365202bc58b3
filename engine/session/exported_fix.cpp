#include "engine/session/exported_fix.h"

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/exporters/code/fix_code.h"
#include "engine/exporters/code/preprocessing_code.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/insertions.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// "Sign 'act'" and what it reads.
std::vector<std::string> placeLines(const Graph& graph, const Node& node, const char* with)
{
    std::vector<std::string> lines;
    lines.push_back(fmt::format("{} '{}'{} with a {} of its own.", printable(node.op.type),
                                printable(node.origin.name),
                                node.origin.layer.empty() || node.origin.layer == node.origin.name
                                    ? std::string()
                                    : fmt::format(" of layer '{}'", printable(node.origin.layer)),
                                with));
    std::vector<std::string> types;
    for (const ValueId input : node.inputs)
        if (input != kNoValue && graph.value(input).kind != ValueKind::Constant)
            types.push_back(graph.value(input).type.text());
    lines.push_back(fmt::format("In the model it reads {}{}.", join(types, ", "),
                                graph.depth(node.region) > 0 ? " at each timestep" : ""));
    lines.emplace_back();
    return lines;
}

/// What the comment says of the op and of the verdict.
std::vector<std::string> aboutLines(const Graph& program, const FixToExport& fix)
{
    const Node& node = program.node(fix.node);
    std::vector<std::string> lines = placeLines(program, node, "gradient");
    const VerdictReport& verdict = fix.judged.verdict;
    const bool carriesNone =
        std::none_of(node.outputs.begin(), node.outputs.end(), [&](ValueId output) {
            return output != kNoValue && isFloating(program.value(output).type.dtype);
        });
    if (carriesNone)
        lines.push_back("Verdict: unverifiable. The op gives no floats, so in the model as it is "
                        "no gradient reaches it.");
    else
        lines.push_back(
            fmt::format("Verdict: {}. {}", nameOf(verdict.verdict), fix.judged.sentence));
    if (verdict.verdict == Verdict::Surrogate && !fix.judged.choice.reason.empty())
        lines.push_back("Reason: " + printable(fix.judged.choice.reason));
    if (verdict.verdict == Verdict::Exact && !verdict.isFlat)
        lines.push_back("Where the framework has the same gradient of its own, the test below "
                        "passes with either.");
    lines.emplace_back();
    return lines;
}

std::vector<std::string> aboutForward(const FixToExport& fix)
{
    const Node& node = fix.replaced->op();
    std::vector<std::string> lines = placeLines(*fix.replaced->graph, node, "forward");
    if (fix.distance)
        lines.push_back("Beside the op it " + sentenceOf(*fix.distance) + ".");
    if (fix.replaced->given->hard != DType::Undefined)
        lines.push_back(fmt::format("It stands for the op in casts to floats alone; whatever else "
                                    "reads {} gets the op's own result.",
                                    nameOf(fix.replaced->given->hard)));
    lines.emplace_back();
    return lines;
}

/// The op that the node is a part of, with what is computed in its place.
Result<FixToExport> replacedOp(DebugSession& session, NodeId id)
{
    Result<ForwardSubject> subject = forwardSubject(session, id);
    if (!subject)
        return subject.takeError();
    if (!subject->given || subject->node == kNoNode)
        return Error{"no-gradient", "What is computed in the place of this op was typed for none."};
    FixToExport fix{id, {}, subject->given->text};
    if (subject->hasOwn)
        if (const Result<ForwardError> distance = forwardErrorOf(session, *subject, fix.forward))
            fix.distance = *distance;
    fix.replaced = std::move(*subject);
    for (const PlacedForward& placed : session.snapshot()->document->placed)
        if (placed.choice == *fix.replaced->given)
            fix.weights = placed.weights;
    return fix;
}

}

const GradientChoice* choiceFor(const Document& document, const Graph& program, NodeId node)
{
    const GradientChoice* found = nullptr;
    for (const GradientChoice& choice : document.gradients) {
        const std::vector<NodeId> nodes = nodesOf(program, choice.target);
        const bool isIts = std::find(nodes.begin(), nodes.end(), node) != nodes.end();
        if (isIts && (!found || choice.target.scope < found->target.scope))
            found = &choice;
    }
    return found;
}

Result<FixToExport> fixOf(DebugSession& session, NodeId id, const std::string& forward,
                          std::stop_token stop)
{
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->program || !snapshot->program->has(id))
        return Error{"no-op", "There is no such op any more."};
    const Node& node = snapshot->program->node(id);
    const GradientChoice* choice = choiceFor(*snapshot->document, *snapshot->program, id);
    if (!choice && forwardGivenTo(*snapshot->document, node))
        return replacedOp(session, id);
    if (!choice)
        return Error{"no-gradient",
                     fmt::format("No gradient is attached to '{}' ({}) and no forward is given for "
                                 "it, so there is nothing to write as code.",
                                 printable(node.origin.name), printable(node.op.type)),
                     "Attach one, or give it with --gradient 'OP=EXPRESSION', --forward or --fix."};
    if (isCut(choice->text))
        return Error{"no-spelling",
                     fmt::format("The gradient is cut at '{}': there is nothing to write as code.",
                                 printable(node.origin.name)),
                     "Write tf.stop_gradient(x), x.detach() or jax.lax.stop_gradient(x) there."};
    if (choice->target.scope == GradientTarget::Scope::Timesteps)
        return Error{"no-spelling",
                     fmt::format("The gradient of '{}' stands at timesteps {} alone: a function "
                                 "has one gradient wherever it is called.",
                                 printable(node.origin.name), choice->target.steps.text()),
                     "Attach it at all timesteps to export it, or unroll the cell in the code and "
                     "use the function at those steps."};
    FixToExport fix{id, verdictOn(session, *choice, stop), forward};
    for (const ValueId weight : snapshot->program->valuesOfKind(ValueKind::Weight))
        if (const ValueInfo& info = snapshot->program->value(weight); !info.name.empty())
            fix.weights.emplace_back(info.name, info.type);
    return fix;
}

Result<std::string> insertionCodeOf(const Document& document, NodeId id, size_t number,
                                    Framework framework)
{
    const Graph& graph = *document.graph;
    const std::vector<Fix> fixes =
        graph.has(id) ? insertionsFor(graph, graph.node(id)) : std::vector<Fix>();
    if (number >= fixes.size())
        return Error{"no-fix",
                     fixes.empty()
                         ? "Nothing is to be put before this op."
                         : fmt::format("There are {} of what to put before this op.",
                                       counted(static_cast<int64_t>(fixes.size()), "choice"))};
    const Node& node = graph.node(id);
    const Insertion& insertion = *fixes[number].insertion;
    const Result<InsertionChain> chain = chainOf(document, insertion);
    if (!chain)
        return chain.error();
    const TensorType& input = graph.value(node.inputs[insertion.input]).type;
    return preprocessingAsCode(
        {chain->nodes,
         chain->texts,
         input,
         isTimeFirst(node),
         {fmt::format("What is put before {} '{}', which does not take {}.",
                      printable(node.op.type), printable(node.origin.name), input.text()),
          printable(fixes[number].title)}},
        framework);
}

Result<std::string> codeOf(const Graph& program, const FixToExport& fix, Framework framework)
{
    const Graph& graph = fix.replaced ? *fix.replaced->graph : program;
    const Node& node = fix.replaced ? fix.replaced->op() : program.node(fix.node);
    return fixAsCode({graph, node, fix.judged.choice.text, fix.forward, fix.weights,
                      fix.replaced ? aboutForward(fix) : aboutLines(program, fix)},
                     framework);
}

}
