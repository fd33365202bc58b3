#pragma once

#include "engine/diagnostics/finding.h"

namespace backstep::kinds {

// Nobody told the system how to differentiate an op.

inline constexpr DiagnosticKind missingGradient{
    .code = "missing-gradient",
    .title = "No gradient registered",
    .severity = Severity::Error,
    .failClass = FailClass::Missing,
    .what = "An op on the path from the loss to a weight has no rule that carries a gradient "
            "across it.",
    .why = "Each op needs a rule of its own; this one was written for the forward pass alone.",
    .tensorflow =
        "LookupError: gradient registry has no entry for: Bucketize. One such op spoils the "
        "whole call: every weight raises.",
    .pytorch =
        "RuntimeError: derivative for aten::heaviside is not implemented. Weights in front of "
        "the op's result keep theirs.",
    .jax = "NotImplementedError: Differentiation rule for 'nextafter' not implemented, whether "
           "the result is used or not.",
    .example = "x -> LSTM -> TruncateMod -> Dense -> loss",
    .remedy = "Attach a custom gradient to this operator, write it with ops that have one, or stop "
              "the gradient before it on purpose.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind secondOrder{
    .code = "second-order",
    .title = "No second derivative",
    .severity = Severity::Error,
    .failClass = FailClass::Missing,
    .seenIn = SeenIn::Traceback,
    .what = "The gradient exists, but not the gradient of the gradient.",
    .why = "A fused recurrent kernel keeps too little of the forward pass to be differentiated "
           "twice.",
    .tensorflow = "LookupError naming CudnnRNNBackprop, BlockLSTMGradV2 or another op that ends in "
                  "Grad.",
    .pytorch =
        "the derivative for '_cudnn_rnn_backward' is not implemented: double backwards is not "
        "supported for it.",
    .jax = "Rare: its rules are written in ops that have rules themselves.",
    .example = "x -> LSTM (fused) -> loss, then a penalty on the gradient",
    .remedy = "Run the layer unfused (a cell in a loop), so that each op has a rule of its own.",
};
inline constexpr DiagnosticKind partialRule{
    .code = "partial-rule",
    .title = "A gradient for some inputs only",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .what = "One input of the op gets a gradient, another does not.",
    .why = "The derivative with respect to the other input has no closed form, or nobody wrote "
           "it.",
    .tensorflow = "None for that input, without a message: a and b of betainc.",
    .pytorch = "NotImplementedError: the derivative for 'igamma: input' is not implemented.",
    .jax = "ValueError from the rule itself, as for the order of polygamma.",
    .example = "w -> Betainc(a = w, b, x) -> loss",
    .remedy = "Attach a gradient for that input, or treat what feeds it as a constant.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind unknownOp{
    .code = "unknown-op",
    .title = "Unknown operator",
    .severity = Severity::Error,
    .failClass = FailClass::Unknown,
    .what = "The file uses an op that Backstep has no record of.",
    .why = "It belongs to another framework or to a custom library, and was written into the "
           "file as it is.",
    .tensorflow = "NotFoundError: Op type not registered 'X' in binary running on ...",
    .pytorch = "AttributeError: '_OpNamespace' 'aten' object has no attribute 'x'",
    .jax = "ONNX Runtime: a node of an op that is not a registered function/op.",
    .example = "x -> LSTM -> Frobnicate -> Dense -> loss",
    .remedy =
        "Everything around it is checked; it cannot be computed. Give it a forward expression "
        "and a gradient.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind hostCall{
    .code = "host-call",
    .title = "The computation leaves the graph",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .what = "A box in the graph calls Python. No gradient comes out of numpy_function; "
            "py_function gives one only inside the process that made it.",
    .why = "What Python does there is not recorded as ops.",
    .tensorflow =
        "numpy_function: None and a warning. py_function: a gradient, unless its body goes "
        "through NumPy.",
    .pytorch = "Data that went through NumPy has left autograd: None.",
    .jax = "ValueError: Pure callbacks do not support JVP.",
    .example = "x -> LSTM -> PyFunc -> Dense -> loss",
    .remedy = "Write the function with ops of the framework, or attach a gradient to the box.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind loopNotReversible{
    .code = "loop-not-reversible",
    .title = "A loop of open length",
    .severity = Severity::Error,
    .failClass = FailClass::Unknown,
    .what = "The number of rounds of a loop is known only when it runs.",
    .why = "The backward pass needs the values of every round, so it must know how many there "
           "are.",
    .tensorflow = "Fine as such; under XLA: compilation requires a fixed tensor list size.",
    .pytorch = "Export freezes the length that was traced.",
    .jax = "ValueError: Reverse-mode differentiation does not work for lax.while_loop or "
           "lax.fori_loop with dynamic start/stop values.",
    .example = "x -> Loop(until a condition) -> Dense -> loss",
    .remedy = "Bound the number of rounds: a scan, a fori_loop with static bounds, or a maximum "
              "with a mask.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind kernelMode{
    .code = "kernel-mode",
    .title = "A fused kernel in inference mode",
    .severity = Severity::Error,
    .failClass = FailClass::Missing,
    .seenIn = SeenIn::Traceback,
    .what = "The fused recurrent kernel was called for inference, and then differentiated.",
    .why = "Its inference form does not store what a backward pass reads.",
    .tensorflow = "To use CudnnRNN in gradients, is_training must be set to True.",
    .pytorch = "cudnn RNN backward can only be called in training mode.",
    .example = "x -> LSTM (fused, inference) -> loss",
    .remedy = "Put this layer alone into training mode, or use the unfused cell.",
};

}
