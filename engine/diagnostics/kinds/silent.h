#pragma once

#include "engine/diagnostics/finding.h"

namespace backstep::kinds {

// A rule exists and gives nothing: the silent family.

inline constexpr DiagnosticKind zeroGradient{
    .code = "zero-gradient",
    .title = "Gradient is zero everywhere",
    .severity = Severity::Warning,
    .failClass = FailClass::Zero,
    .what = "Everything in front of the op gets exact zeros and never learns. No framework says a "
            "word.",
    .why = "The op is flat between its jumps, so its derivative is 0 wherever it exists.",
    .tensorflow = "sign: zeros, no message. round, floor and ceil: None instead.",
    .pytorch = "sign, round, floor, ceil, trunc: zeros, no message.",
    .jax = "sign, round, floor, ceil: zeros, no message.",
    .example = "x: float32[2, 5, 3] -> LSTM(4) -> sign -> Dense(2) -> mse",
    .remedy =
        "Attach a surrogate gradient, such as that of tanh or a pass-through, or put a smooth "
        "function in its place.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind noneByRule{
    .code = "none-by-rule",
    .title = "Declared not differentiable",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .what = "The op says of itself that it has no gradient, and what is in front of it gets None.",
    .why = "Its authors declared it so: TensorFlow does for round, floor and ceil where others "
           "give zeros.",
    .tensorflow =
        "None; fit warns that gradients do not exist for these variables. Inside a loop of a "
        "graph: zeros, silently.",
    .pytorch = "Zeros for rounding; None where the result is not floating.",
    .jax = "Zeros.",
    .example = "x -> LSTM -> Bernoulli -> Dense -> loss",
    .remedy = "Attach a custom gradient to this operator, such as a pass-through.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind indexOutput{
    .code = "index-output",
    .title = "An index is not a value",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .what = "The op gives positions, and positions have no slope.",
    .why = "argmax, top-k indices, one-hot, unique and searchsorted jump from one integer to the "
           "next.",
    .tensorflow = "None and a warning; LookupError for those that are not registered at all.",
    .pytorch = "None for what lies in front; if nothing else is learned: element 0 of tensors does "
               "not require grad.",
    .jax = "Zeros; an integer result of the loss itself raises.",
    .example = "x -> LSTM -> ArgMax -> OneHot -> Dense -> loss",
    .remedy = "A softmax in its place (soft-argmax), a Gumbel-softmax sample, or a score-function "
              "estimate.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind intCast{
    .code = "int-cast",
    .title = "Integers carry no gradient",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .what = "A floating value becomes an integer on its way to the loss, even if it is floating "
            "again afterwards.",
    .why = "A gradient belongs to real numbers; a cast to integers is a staircase.",
    .tensorflow = "None and a warning; inside a loop of a graph: zeros, silently.",
    .pytorch = "None, no message.",
    .jax = "Zeros.",
    .example = "x -> LSTM -> Cast(int32) -> Cast(float32) -> Dense -> loss",
    .remedy = "Keep the value floating, or attach a pass-through gradient over the pair of casts.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind comparison{
    .code = "comparison",
    .title = "A boolean carries no gradient",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .what = "A comparison is used as a value, and cuts off what it looks at.",
    .why = "True and false have no slope. A mask that only multiplies a live value is fine.",
    .tensorflow = "None and a warning.",
    .pytorch = "None.",
    .jax = "Zeros.",
    .example = "x -> LSTM -> Greater(0) -> Cast(float32) -> Dense -> loss",
    .remedy = "Use a smooth gate such as sigmoid in place of the comparison.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind cutOnPurpose{
    .code = "cut-on-purpose",
    .title = "Cut on purpose",
    .severity = Severity::Info,
    .what = "Somebody stopped the gradient here.",
    .why = "stop_gradient, detach, no_grad or a copy into a new tensor. Exports to ONNX lose it, "
           "so the file then has a gradient that the program had not.",
    .tensorflow = "stop_gradient: None and a warning.",
    .pytorch = "detach: None. torch.tensor(t) warns that it copies.",
    .jax = "stop_gradient: zeros.",
    .example = "x -> LSTM -> stop_gradient -> Dense -> loss",
    .remedy = "Take the cut away if it is not meant: the fix 'uncut'.",
    .remedyKind = FixKind::Cut,
};
inline constexpr DiagnosticKind sampling{
    .code = "sampling",
    .title = "A random draw has no derivative",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .what = "A value is drawn at random, and what sets the odds gets no gradient.",
    .why = "Which number comes up does not change smoothly with the odds.",
    .tensorflow = "Declared not differentiable: None.",
    .pytorch = "multinomial: does not require grad; bernoulli: zeros.",
    .jax = "Zeros.",
    .example = "x -> LSTM -> sigmoid -> Bernoulli -> Dense -> loss",
    .remedy = "Draw noise that does not depend on the weights and shift and scale it "
              "(reparameterise), or use a relaxed sample.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind kink{
    .code = "kink",
    .title = "Exactly on a kink",
    .severity = Severity::Info,
    .seenIn = SeenIn::Run,
    .what = "Data sits exactly where the op has no derivative: 0 of relu or abs, a half of round.",
    .why = "A finite difference steps over the jump there, so a check by differences means "
           "nothing.",
    .tensorflow = "Takes one side.",
    .pytorch = "gradcheck reports a huge numerical slope at round(0.5).",
    .jax = "Takes one side, or splits ties.",
    .example = "x = 0 -> relu -> loss",
    .remedy = "Look at other values, or say which slope is meant.",
};
inline constexpr DiagnosticKind notConnected{
    .code = "not-connected",
    .title = "The loss does not depend on it",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .what = "No path leads from the loss to the weight.",
    .why = "The layer is unused, feeds another output, or the loss looks at the wrong one.",
    .tensorflow = "None; if it holds for all: ValueError: No gradients provided for any variable.",
    .pytorch = "One of the differentiated Tensors appears to not have been used in the graph.",
    .jax = "Zeros.",
    .example = "w -> Dense -> output b, loss of output a",
    .remedy = "Check which output the loss is taken of (--output).",
    .remedyKind = FixKind::Cut,
};
inline constexpr DiagnosticKind notTracked{
    .code = "not-tracked",
    .title = "Not a variable that can be learned",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .seenIn = SeenIn::Traceback,
    .what = "The gradient was asked for something that no gradient can belong to.",
    .why = "An integer tensor, a constant, or a value made outside the tape.",
    .tensorflow = "None; a log line says that the watched dtype must be floating.",
    .pytorch =
        "Only Tensors of floating point and complex dtype can require gradients; element 0 of "
        "tensors does not require grad.",
    .jax = "TypeError: grad requires real- or complex-valued inputs.",
    .example = "w: int32 -> Gather -> loss",
    .remedy = "Make it floating and trainable, inside the tape.",
    .remedyKind = FixKind::Cut,
};
inline constexpr DiagnosticKind windowCut{
    .code = "window-cut",
    .title = "Gradient stops at the edge of a window",
    .severity = Severity::Info,
    .seenIn = SeenIn::Traceback,
    .what = "The state is detached every k steps: truncated backpropagation through time.",
    .why = "It is meant: memory and time are bounded by the window.",
    .tensorflow = "A stateful layer between two batches.",
    .pytorch = "h = h.detach()",
    .jax = "stop_gradient on the carry.",
    .example = "carry -> stop_gradient -> next window",
    .remedy = "Widen the window if the dependency is longer than it.",
    .remedyKind = FixKind::Cut,
};
inline constexpr DiagnosticKind padding{
    .code = "padding",
    .title = "Zeros of padding",
    .severity = Severity::Info,
    .what = "Masked timesteps have a gradient of exactly 0.",
    .why = "There the state is handed on unchanged: this is no fault and not vanishing.",
    .tensorflow = "Masking and mask_zero.",
    .pytorch = "A packed sequence.",
    .jax = "A where on the carry.",
    .example = "x, lengths -> LSTM(sequence_lens) -> Dense -> loss",
    .remedy = "Nothing: leave these timesteps out of every statistic.",
};

}
