#include "engine/exporters/manual.h"

#include "engine/base/text.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/diagnostics/soft_forwards.h"
#include "engine/diagnostics/surrogates.h"
#include "engine/diagnostics/traceback.h"
#include "engine/exporters/op_table.h"
#include "engine/exporters/report.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

namespace backstep {

namespace {

std::string_view seenText(SeenIn seenIn)
{
    switch (seenIn) {
    case SeenIn::Graph:
        return "in the graph, without running it";
    case SeenIn::Run:
        return "in the values of a run";
    case SeenIn::Gradient:
        return "in a gradient that is attached";
    case SeenIn::File:
        return "in what a file says of itself";
    case SeenIn::Traceback:
        break;
    }
    return "in a traceback (`backstep explain`)";
}

std::string section(std::string_view title, std::string_view text)
{
    return text.empty() ? std::string() : fmt::format("\n## {}\n\n{}\n", title, text);
}

std::string wordsOfFrameworks(const DiagnosticKind& kind)
{
    std::string text;
    for (const auto& [name, words] :
         {std::pair{"TensorFlow", kind.tensorflow}, {"PyTorch", kind.pytorch}, {"JAX", kind.jax}})
        if (!words.empty())
            text += fmt::format("- **{}**: {}\n", name, words);
    if (!text.empty())
        text.pop_back();
    return section("How frameworks say it", text);
}

/// The message forms by which a pasted traceback is recognised.
std::string messagesOf(const DiagnosticKind& kind)
{
    std::string text;
    for (const MessagePattern& pattern : messagePatterns())
        if (pattern.kind == &kind)
            text += fmt::format("- {0}{1}{0} ({2})\n",
                                pattern.text.find('`') == std::string_view::npos ? "`" : "``",
                                pattern.text, pattern.versions);
    if (!text.empty())
        text.pop_back();
    return section("Messages that are recognised", text);
}

std::string pageOf(const DiagnosticKind& kind)
{
    std::string text = fmt::format("# {}\n\n`{}`, {}. Seen {}.\n", kind.title, kind.code,
                                   nameOf(kind.severity), seenText(kind.seenIn));
    text += section("What", kind.what) + section("Why", kind.why) + wordsOfFrameworks(kind);
    text += section("A minimal example", fmt::format("```\n{}\n```", kind.example));
    text += section("What to do", fmt::format("{} ({}.)", kind.remedy, wordsOf(kind.remedyKind))) +
            messagesOf(kind);
    return text + "\n[All findings](findings.md)\n";
}

std::string surrogatesPage()
{
    std::string text =
        "# Surrogates\n\nGradients to use in place of one that is zero or missing. A surrogate is "
        "not the derivative: Backstep says so, asks for a reason, and keeps it with the model. "
        "Attach one with `--gradient 'OP=EXPRESSION' --accept-surrogate REASON`, or in the "
        "gradient editor (Ctrl+G).\n";
    for (const Surrogate& row : surrogates()) {
        text += fmt::format("\n## {}\n\n`dx = {}`\n\n{}\n\n", row.title, row.gradient, row.use);
        if (!row.function.empty())
            text += fmt::format("- The gradient of: {}\n", row.function);
        text += fmt::format("- Id: `{0}`, as in `--fix 'OP={0}'`\n", row.id);
        std::vector<std::string> shapes;
        for (const auto& [shape, words] :
             {std::pair{FlatShape::Step, "steps (sign, thresholds)"},
              {FlatShape::Staircase, "staircases (round, floor, ceil)"},
              {FlatShape::Bounded, "bounds (clip, hard sigmoid)"}})
            if ((row.fits & static_cast<FlatShapes>(shape)) != 0)
                shapes.push_back(
                    words + std::string((row.isDefaultFor & static_cast<FlatShapes>(shape)) != 0
                                            ? ", the default"
                                            : ""));
        text += fmt::format("- For: {}\n", join(shapes, "; "));
        if (!row.source.empty())
            text += fmt::format("- Source: {}\n", row.source);
    }
    return text + "\n[All findings](findings.md)\n";
}

std::string forwardsPage()
{
    std::string text =
        "# Forwards\n\nWhat can be computed in the place of an op that carries no gradient: a "
        "smooth form, or the op's own numbers with the gradient of a smooth form "
        "(straight-through). k is the sharpness. Put one in with `--fix 'OP=ID:SHARPNESS'`, or in "
        "the window under FIX; undo takes it back. Where the op gives an integer or a boolean, "
        "casts to floats read the new form and everything else the op's own result. "
        "`--fix 'OP=cut'` stops the gradient at an op on purpose, `--fix 'OP=uncut'` takes a cut "
        "away.\n";
    for (const SoftForward& row : softForwards()) {
        text += fmt::format("\n## {}\n\n```\n{}\n```\n\n{}\n\n- Id: `{}`\n- For: {}\n"
                            "- Kind: {}\n",
                            row.title, row.forward, row.use, row.id, row.ops, wordsOf(row.kind));
        if (row.sharpness > 0)
            text += fmt::format("- Sharpness: {:g} ({:g} to {:g})\n", row.sharpness, row.least,
                                row.most);
        text += fmt::format("- Source: {}\n", row.source);
    }
    return text + "\n[All findings](findings.md)\n";
}

}

std::map<std::string, std::string> catalogueManual()
{
    std::map<std::string, std::string> pages;
    std::string list = "# Findings\n\nEverything that Backstep reports or recognises, by family. "
                       "A code never changes.\n";
    for (const KindFamily& family : kindFamilies()) {
        list +=
            fmt::format("\n## {}\n\n| code | title | severity |\n|---|---|---|\n", family.title);
        for (const DiagnosticKind* kind : family.kinds) {
            list += fmt::format("| [{0}]({0}.md) | {1} | {2} |\n", kind->code, kind->title,
                                nameOf(kind->severity));
            pages[fmt::format("{}.md", kind->code)] = pageOf(*kind);
        }
    }
    list += "\nWhat to put in place of a gradient that is zero: [surrogates](surrogates.md). What "
            "to compute in place of an op that has none: [forwards](forwards.md). "
            "How gradients are written: [functions](functions.md). "
            "What each operator computes and which gradient it has: [operators](operators.md).\n";
    pages["findings.md"] = std::move(list);
    pages["surrogates.md"] = surrogatesPage();
    pages["forwards.md"] = forwardsPage();
    pages["functions.md"] = functionsPage();
    pages["operators.md"] = operatorsAsMarkdown(operators());
    return pages;
}

}
