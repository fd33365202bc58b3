#pragma once

#include "engine/diagnostics/finding.h"

namespace backstep::kinds {

// The state of autograd itself: seen in tracebacks.

inline constexpr DiagnosticKind graphFreed{
    .code = "graph-freed",
    .title = "The graph of the first pass is gone",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "backward runs a second time over values that were freed after the first.",
    .why = "Mostly a hidden state that is carried into the next batch with its history.",
    .tensorflow =
        "RuntimeError: A non-persistent GradientTape can only be used to compute one set of "
        "gradients.",
    .pytorch = "RuntimeError: Trying to backward through the graph a second time.",
    .example = "batch 1 -> h -> batch 2 -> loss",
    .remedy = "Detach the state between batches; keep the graph only if a second pass is really "
              "meant.",
};
inline constexpr DiagnosticKind overwritten{
    .code = "overwritten",
    .title = "A saved value was overwritten",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "The backward pass would read a value that changed after the forward pass stored it.",
    .why = "An operation in place, writing into one buffer step by step, or an optimizer step "
           "before the second backward.",
    .pytorch =
        "RuntimeError: one of the variables needed for gradient computation has been modified "
        "by an inplace operation.",
    .jax = "Arrays cannot be changed.",
    .example = "h[t] = f(h[t-1]) in one tensor, then backward",
    .remedy = "Collect the steps in a list and stack them, clone before writing, and run backward "
              "before the optimizer steps.",
};
inline constexpr DiagnosticKind nonScalar{
    .code = "non-scalar",
    .title = "The loss is not one number",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "A gradient was asked of a tensor.",
    .why = "Only a single number has one gradient; a tensor needs a weight for each element.",
    .tensorflow = "Summed without a word.",
    .pytorch = "RuntimeError: grad can be implicitly created only for scalar outputs.",
    .jax = "TypeError: Gradient only defined for scalar-output functions.",
    .example = "x -> LSTM -> loss of shape [2]",
    .remedy = "Reduce it by mean or sum, or give the cotangent of every element.",
};
inline constexpr DiagnosticKind leafConfusion{
    .code = "leaf-confusion",
    .title = ".grad of a value in between",
    .severity = Severity::Warning,
    .seenIn = SeenIn::Traceback,
    .what = ".grad is None although the value has a gradient.",
    .why = "Only leaves keep theirs.",
    .pytorch = "UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being "
               "accessed.",
    .example = "w -> h -> loss, then h.grad",
    .remedy = "Ask for it with retain_grad() before backward. Backstep keeps all of them.",
};
inline constexpr DiagnosticKind leakedTracer{
    .code = "leaked-tracer",
    .title = "A traced value escaped",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "A value that exists only while a function is traced was kept and used outside.",
    .why = "It was stored in a variable or closed over instead of being returned.",
    .tensorflow = "TypeError: the tensor is out of scope and cannot be used here.",
    .jax = "UnexpectedTracerError: Encountered an unexpected tracer.",
    .example = "f stores h outside; g uses it",
    .remedy = "Return the value from the function, and pass it in where it is needed.",
};

}
