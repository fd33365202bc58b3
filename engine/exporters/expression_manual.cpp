// The manual's page about the language of gradients and forwards, made from the table of functions.
#include "engine/base/text.h"
#include "engine/exporters/manual.h"
#include "engine/expressions/spellings.h"

#include <fmt/format.h>

#include <map>

namespace backstep {

namespace {

constexpr std::string_view kIntroduction = R"(# Gradients and forwards as text

`--gradient 'OP=TEXT'` and the gradient editor give an op a gradient of your own; `--forward 'OP=TEXT'` says what an op computes that Backstep does not know. The text is the part of Python that gradients are written in. It is read and turned into ops of the graph; it is never run.

## What can be pasted

- an expression: `dy * tf.math.exp(-x**2)`; one for each floating input, separated by commas, `None` for an input without a gradient; `None` alone cuts the gradient on purpose
- named results: `dx = dy * y, dB = None`, also `d0`, `d1` by number; lines of assignments before them
- a function: `def grad(dy): return dy * tf.cos(x)`; its parameters are known by their names (`x`, `y`, `dy`, `grad_output`, the op's inputs), one that nothing is known by is the cotangent
- a whole `@tf.custom_gradient` function, or one of `@tf.RegisterGradient`
- a class of `torch.autograd.Function` with `forward`, `backward`, and `setup_context` where it has one
- a `jax.custom_vjp` function with its `defvjp`

Comments, docstrings, imports and type hints may stay in. Names: `x` (or `x0`, `x1`, ...) and the op's own input names, `y`, `y0`..., and the cotangents `dy`, `dy0`... A forward may read the model's weights: by their names where these are names in Python, else as `weight('lstm/W')`, or by the end of the name where no other weight ends so: `weight('W')`. The op's own names come first.

## What is read

Assignments (tuples, `+=`), `return`, calls with keywords (`axis` or `dim`, `keepdims` or `keepdim`), `+ - * / // % ** @`, comparisons, `& | ~`, `where`, indices by numbers and slices (`x[:, 1:]`, `x[..., None]`), `x[mask] = value`, `.T`, `.shape`, `.dtype`, `.ndim`, methods such as `x.abs()` and `x.mul_(2)`, helper functions, and `if` where it is known without running (`is None`, `ctx.needs_input_grad[0]`). Everything else is refused by name, line and column, with what to write instead: loops, `lambda`, `with`, a choice by a tensor.

A result that broadcasting made larger is summed to its input's shape, another floating width is cast, and both are said. A smaller result is refused: add `+ tf.zeros_like(x)`.

## Functions

Without a module each is known by the name in the first column.

| function | where | computes | gradient |
|---|---|---|---|
)";

/// "tf.math.exp, torch.exp, .exp": a few of them where there are many.
std::string places(const std::vector<std::string>& spellings)
{
    return "`" + join(spellings, "`, `") + "`";
}

std::string inTable(std::string_view text)
{
    std::string shown;
    for (const char c : text) {
        if (c == '|')
            shown += '\\';
        shown += c;
    }
    return shown;
}

}

std::string functionsPage()
{
    std::string page(kIntroduction);
    std::vector<const FunctionEntry*> entries;
    std::map<const FunctionEntry*, std::vector<std::string>> spellings;
    for (const FunctionSpelling& spelling : functionSpellings()) {
        if (spellings[spelling.entry].empty())
            entries.push_back(spelling.entry);
        if (spelling.module != "python")
            spellings[spelling.entry].push_back(spelling.text());
        else
            spellings[spelling.entry].push_back(spelling.name);
    }
    for (const FunctionEntry* entry : entries)
        page += fmt::format("| {} | {} | {} | {} |\n", entry->name, places(spellings[entry]),
                            inTable(entry->summary), inTable(entry->derivative));
    return page + "\n[All findings](findings.md), [surrogates](surrogates.md)\n";
}

}
