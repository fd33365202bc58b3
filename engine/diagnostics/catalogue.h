#pragma once

#include "engine/diagnostics/finding.h"

namespace backstep::kinds {

// Help and the report are made from these rows.

inline constexpr DiagnosticKind zeroGradient{
    .code = "zero-gradient",
    .title = "Gradient is zero everywhere",
    .severity = Severity::Warning,
    .failClass = FailClass::Zero,
    .frameworksSay = "TensorFlow, PyTorch and JAX: zeros, no message",
    .remedy = "Attach a surrogate gradient, such as that of tanh or a pass-through.",
};
inline constexpr DiagnosticKind missingGradient{
    .code = "missing-gradient",
    .title = "No gradient registered",
    .severity = Severity::Error,
    .failClass = FailClass::Missing,
    .frameworksSay = "TensorFlow: LookupError; PyTorch, JAX: NotImplementedError",
    .remedy = "Attach a custom gradient to this operator, or stop the gradient before it.",
};
inline constexpr DiagnosticKind noneByRule{
    .code = "none-by-rule",
    .title = "Declared not differentiable",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .frameworksSay = "TensorFlow: None and a warning; PyTorch: None or zeros; JAX: zeros",
    .remedy = "Attach a custom gradient to this operator.",
};
inline constexpr DiagnosticKind intCast{
    .code = "int-cast",
    .title = "Integers carry no gradient",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .frameworksSay = "TensorFlow: None and a warning; PyTorch: None; JAX: zeros",
    .remedy = "Keep the value floating, or attach a pass-through gradient.",
};
inline constexpr DiagnosticKind comparison{
    .code = "comparison",
    .title = "A boolean carries no gradient",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .frameworksSay = "TensorFlow: None and a warning; PyTorch: None; JAX: zeros",
    .remedy = "Use a smooth gate such as sigmoid in place of the comparison.",
};
inline constexpr DiagnosticKind unknownOp{
    .code = "unknown-op",
    .title = "Unknown operator",
    .severity = Severity::Error,
    .failClass = FailClass::Unknown,
    .frameworksSay = "TensorFlow: NotFoundError; ONNX Runtime: not a registered function/op",
    .remedy = "Everything around it is checked; it cannot be computed.",
};
inline constexpr DiagnosticKind stringInput{
    .code = "string-input",
    .title = "Text reaches a numeric operator",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .frameworksSay = "TensorFlow, PyTorch: a type error before anything runs",
    .remedy = "Turn the text into numbers (ids and an embedding) first.",
};
inline constexpr DiagnosticKind wrongType{
    .code = "wrong-type",
    .title = "Wrong element type",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .frameworksSay = "TensorFlow, PyTorch: a type error before anything runs",
    .remedy = "Put a Cast before the operator.",
};
inline constexpr DiagnosticKind wrongShape{
    .code = "wrong-shape",
    .title = "Shapes do not fit",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .frameworksSay = "TensorFlow, PyTorch, JAX: a shape error before anything runs",
    .remedy = "Compare the sizes found and wanted; the model was exported or edited wrongly.",
};
inline constexpr DiagnosticKind badAttribute{
    .code = "bad-attribute",
    .title = "An attribute or input is wrong",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .frameworksSay = "ONNX Runtime: invalid model",
    .remedy = "Export the model again.",
};
inline constexpr DiagnosticKind unsupportedForm{
    .code = "unsupported-form",
    .title = "This form of the operator is not computed",
    .severity = Severity::Error,
    .failClass = FailClass::Unknown,
    .frameworksSay = "",
    .remedy = "Everything around it is checked; it cannot be computed here yet.",
};
inline constexpr DiagnosticKind notConnected{
    .code = "not-connected",
    .title = "The loss does not depend on it",
    .severity = Severity::Warning,
    .failClass = FailClass::None,
    .frameworksSay = "TensorFlow: None; PyTorch: \"appears to not have been used in the graph\"; "
                     "JAX: zeros",
    .remedy = "Check which output the loss is taken of (--output).",
};

}
