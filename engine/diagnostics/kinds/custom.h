#pragma once

#include "engine/diagnostics/finding.h"

namespace backstep::kinds {

// Custom gradients and custom layers.

inline constexpr DiagnosticKind customLost{
    .code = "custom-lost",
    .title = "A custom gradient was lost",
    .severity = Severity::Warning,
    .failClass = FailClass::Missing,
    .seenIn = SeenIn::File,
    .what = "The file keeps the forward function of an op with a custom gradient, and not the "
            "gradient.",
    .why = "ONNX has no place for it; a SavedModel has, if it was saved with them; .keras keeps "
           "a class name alone.",
    .tensorflow =
        "LookupError: No gradient defined for operation '...' (op type: IdentityN), after a "
        "warning about unsaved custom gradients.",
    .pytorch = "The ONNX file holds the plain forward op, without a word.",
    .jax = "No VJP is available, unless it was exported with vjp_order of at least 1.",
    .example = "x -> LSTM -> MyTanh -> Dense -> loss",
    .remedy = "Give the expression again, or save the model with its gradients.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind classUnknown{
    .code = "class-unknown",
    .title = "The code of a layer is not in the file",
    .severity = Severity::Error,
    .failClass = FailClass::Unknown,
    .seenIn = SeenIn::File,
    .what = "The file names a class that nobody knows here.",
    .why = "A .keras file holds configuration, not code.",
    .tensorflow =
        "could not be deserialized properly; Could not locate class 'X'; Unknown layer: X",
    .pytorch = "A pickled class is missing.",
    .example = "Input -> MyLayer -> Dense",
    .remedy = "Register the class before loading, or give the layer a forward expression here.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind lambdaBlocked{
    .code = "lambda-blocked",
    .title = "A Lambda layer is not run",
    .severity = Severity::Error,
    .failClass = FailClass::Unknown,
    .seenIn = SeenIn::File,
    .what = "The layer is Python bytecode inside the file.",
    .why = "Running code out of a file is unsafe; Backstep never does it.",
    .tensorflow = "Requested the deserialization of a Lambda layer ... safe_mode=False",
    .example = "Input -> Lambda -> Dense",
    .remedy = "Type what it computes as an expression.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind configMissing{
    .code = "config-missing",
    .title = "A layer lacks its arguments",
    .severity = Severity::Error,
    .failClass = FailClass::Unknown,
    .seenIn = SeenIn::File,
    .what = "The layer cannot be built again from the file.",
    .why = "Its get_config does not give back what its constructor takes.",
    .tensorflow = "NotImplementedError: Object X was created by passing non-serializable argument "
                  "values.",
    .example = "Input -> MyLayer(?) -> Dense",
    .remedy = "Write get_config, or give the arguments.",
};
inline constexpr DiagnosticKind oldConfig{
    .code = "old-config",
    .title = "A file of an older Keras",
    .severity = Severity::Error,
    .seenIn = SeenIn::File,
    .what = "A layer has arguments that the newer Keras does not take.",
    .why = "time_major, batch_input_shape and implementation went away in Keras 3.",
    .tensorflow = "Unrecognized keyword arguments passed to LSTM: {'time_major': False}",
    .example = "LSTM with time_major",
    .remedy = "Load it with Keras 2 (tf_keras) and save it again, or take the keys out.",
};
inline constexpr DiagnosticKind arity{
    .code = "arity",
    .title = "Wrong number of gradients",
    .severity = Severity::Error,
    .seenIn = SeenIn::Gradient,
    .what = "The backward function gives more or fewer gradients than the op has inputs.",
    .why = "One gradient per input is wanted, in their order.",
    .tensorflow =
        "ValueError: custom_gradient function expected to return 1 gradients, but returned 2 "
        "instead.",
    .pytorch = "RuntimeError: returned an incorrect number of gradients (expected 2, got 1).",
    .jax = "TypeError: Custom VJP bwd rule must produce an output with the same container "
           "(pytree) structure.",
    .example = "y = f(x, w), but only dx",
    .remedy = "Give one per input; None for those that have none.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind noneReturned{
    .code = "none-returned",
    .title = "The rule says: no gradient",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .seenIn = SeenIn::Gradient,
    .what = "The backward function returns None for an input.",
    .why = "It is a cut, on purpose or forgotten.",
    .tensorflow = "None, no message.",
    .pytorch = "None, no message.",
    .jax = "Zeros, no message.",
    .example = "dx = None",
    .remedy = "Return zeros if the slope is 0, an expression if it is not.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind kwargsIgnored{
    .code = "kwargs-ignored",
    .title = "The custom gradient was not used",
    .severity = Severity::Warning,
    .seenIn = SeenIn::Traceback,
    .what = "The function ran with its ordinary gradient although it has one of its own.",
    .why = "tf.custom_gradient looks at positional arguments alone.",
    .tensorflow =
        "Eager: silent. Graph: ValueError: The custom_gradient decorator currently supports "
        "keywords arguments only when eager execution is enabled.",
    .example = "f(x=x)",
    .remedy = "Call it with positional arguments.",
};
inline constexpr DiagnosticKind hiddenVariable{
    .code = "hidden-variable",
    .title = "An input is missing from the signature",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "The function uses a variable that is not among its arguments.",
    .why = "Its gradient has no place to go.",
    .tensorflow =
        "TypeError: @tf.custom_gradient grad_fn must accept keyword argument 'variables'.",
    .pytorch = "A tensor of the closure gets no gradient.",
    .jax = "UnexpectedTracerError.",
    .example = "f(x) uses w",
    .remedy = "Pass the variable as an argument.",
};
inline constexpr DiagnosticKind noBackward{
    .code = "no-backward",
    .title = "A forward without a backward",
    .severity = Severity::Error,
    .failClass = FailClass::Missing,
    .seenIn = SeenIn::Traceback,
    .what = "A custom function was called, and has no backward.",
    .why = "It was never written or never registered.",
    .pytorch = "NotImplementedError: You must implement either the backward or vjp method for your "
               "custom autograd.Function.",
    .jax = "AttributeError: No VJP defined for custom_vjp function f using defvjp.",
    .example = "x -> MyFunction -> loss",
    .remedy = "Write it: one gradient per input.",
};
inline constexpr DiagnosticKind duplicate{
    .code = "duplicate",
    .title = "Two gradients for one op",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "A gradient was registered for a name that has one.",
    .why = "The registering code ran twice, or a built-in op has one already.",
    .tensorflow = "KeyError: Registering two gradient with name 'Sign'!",
    .pytorch = "A warning of the dispatcher.",
    .jax = "The last one wins.",
    .example = "@RegisterGradient(\"Sign\") twice",
    .remedy = "Register once, under a name of your own.",
};
inline constexpr DiagnosticKind notDerivative{
    .code = "not-derivative",
    .title = "Not the derivative",
    .severity = Severity::Warning,
    .seenIn = SeenIn::Gradient,
    .what = "The gradient that was given is not the derivative of the forward function.",
    .why = "Meant as a surrogate, or a slip in the formula.",
    .tensorflow = "A check by hand.",
    .pytorch = "GradcheckError: Jacobian mismatch for output 0 with respect to input 0.",
    .jax = "AssertionError of check_grads: Not equal to tolerance.",
    .example = "tanh with dy * exp(-x^2): 0.368 at x = 1, where the derivative is 0.420",
    .remedy = "Accept it as a surrogate with a reason, or take the derivative.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind deadButPasses{
    .code = "dead-but-passes",
    .title = "The check passes and nothing flows",
    .severity = Severity::Warning,
    .failClass = FailClass::Zero,
    .seenIn = SeenIn::Gradient,
    .what = "Numerical and given gradient agree: both are zero.",
    .why = "A check compares numbers; it does not ask whether anything can learn.",
    .pytorch = "gradcheck(sign) is True.",
    .example = "sign with its own gradient",
    .remedy = "Look at the share of live elements, and take a surrogate.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind f32Noise{
    .code = "f32-noise",
    .title = "Noise of float32",
    .severity = Severity::Info,
    .seenIn = SeenIn::Gradient,
    .what = "The check fails in float32 and passes in float64.",
    .why = "A difference of nearly equal numbers loses half of their digits.",
    .pytorch = "gradcheck warns that the inputs are not double.",
    .jax = "Differs in the third digit.",
    .example = "tanh checked in float32",
    .remedy = "Check in float64.",
};

}
