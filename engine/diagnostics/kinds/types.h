#pragma once

#include "engine/diagnostics/finding.h"

namespace backstep::kinds {

// Types, shapes and layout.

inline constexpr DiagnosticKind stringInput{
    .code = "string-input",
    .title = "Text reaches a numeric operator",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .what = "A string tensor goes into an op that computes.",
    .why = "Text is no number: it needs an id, and the id a vector.",
    .tensorflow =
        "dtype='string' is not a valid dtype for Keras type promotion; Cast string to float "
        "is not supported.",
    .pytorch = "ValueError: too many dimensions 'str'",
    .jax = "TypeError: Value 'hello' with dtype <U5 is not a valid JAX array type.",
    .example = "x: string[2] -> LSTM(64) -> Dense(4) -> mse",
    .remedy = "Turn the text into ids (a lookup or a hash) and the ids into vectors (an Embedding) "
              "first.",
    .remedyKind = FixKind::InsertPreprocessing,
};
inline constexpr DiagnosticKind floatMix{
    .code = "float-mix",
    .title = "Two float widths in one operator",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .what = "float32 meets float64 or float16 without a Cast.",
    .why = "One of the tensors was made with the other default, often by NumPy.",
    .tensorflow =
        "cannot compute AddV2 as input #1(zero-based) was expected to be a float tensor but "
        "is a double tensor.",
    .pytorch = "mat1 and mat2 must have the same dtype.",
    .jax = "Promotes silently in jax.numpy; jax.lax raises.",
    .example = "x (float64), W (float32) -> MatMul -> loss",
    .remedy = "Put a Cast where the wider one comes from.",
    .remedyKind = FixKind::InsertPreprocessing,
};
inline constexpr DiagnosticKind intToRealOp{
    .code = "int-to-real-op",
    .title = "Integers in an operator for real numbers",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .what = "exp, tanh or a matrix product gets integers.",
    .why = "The op is not defined for that type; Keras layers cast silently, plain ops do not.",
    .tensorflow = "Value for attr 'T' of int32 is not in the list of allowed values.",
    .pytorch = "A dtype error, or promotion to float.",
    .jax = "Promotes.",
    .example = "x (int32) -> Tanh -> loss",
    .remedy = "Put a Cast to the float type of the model before it.",
    .remedyKind = FixKind::InsertPreprocessing,
};
inline constexpr DiagnosticKind rank{
    .code = "rank",
    .title = "Wrong number of axes",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .what = "A recurrent layer gets a tensor that is not (batch, time, features).",
    .why = "An axis is missing, often the features or the batch.",
    .tensorflow = "expected ndim=3, found ndim=2.",
    .pytorch = "input must have 3 dimensions; LSTM: Expected input to be 2D or 3D.",
    .jax = "A shape error in the cell.",
    .example = "x [2, 5] -> LSTM(4) -> loss",
    .remedy = "Add the missing axis with Unsqueeze, or reorder with Transpose.",
    .remedyKind = FixKind::InsertPreprocessing,
};
inline constexpr DiagnosticKind carryType{
    .code = "carry-type",
    .title = "The state changes its type",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .what = "What a step hands to the next differs in dtype or shape from what it got.",
    .why = "A promotion inside the cell, or a concatenation that grows.",
    .tensorflow = "A shape invariant error of while_loop.",
    .jax = "TypeError: scan body function carry input and carry output must have equal types.",
    .example = "carry: int32 -> + float -> carry",
    .remedy = "Cast inside the body, and start with a value of the final type and shape.",
    .remedyKind = FixKind::InsertPreprocessing,
};
inline constexpr DiagnosticKind stateSize{
    .code = "state-size",
    .title = "Initial state or lengths do not fit",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .what = "The initial state, the lengths or the batch have sizes that do not belong together.",
    .why = "Made for another batch size, or for one direction of two.",
    .tensorflow = "Incompatible shapes.",
    .pytorch = "RuntimeError: Expected hidden[0] size (1, 1, 4), got [1, 2, 4].",
    .jax = "ValueError: scan got values with different leading axis sizes.",
    .example = "initial_h: [1, 3, 4], x: [5, 2, 8] -> LSTM -> loss",
    .remedy = "Make the state from the batch size of the input.",
};
inline constexpr DiagnosticKind gateLayout{
    .code = "gate-layout",
    .title = "Gates in another order",
    .severity = Severity::Warning,
    .seenIn = SeenIn::File,
    .what = "The file runs, but its numbers differ from the original model.",
    .why = "ONNX orders the gates i, o, f, c; Keras i, f, c, o; PyTorch i, f, g, o.",
    .example = "weights copied by hand from Keras to ONNX",
    .remedy = "Let an importer convert the order, and compare one output.",
};
inline constexpr DiagnosticKind gradShape{
    .code = "grad-shape",
    .title = "A gradient of another shape",
    .severity = Severity::Warning,
    .seenIn = SeenIn::Gradient,
    .what = "The gradient that was given does not have the shape of its input.",
    .why = "A broadcast of the forward pass was not undone, or an axis was summed away.",
    .tensorflow =
        "Eager: accepted, and fails later or never. Graph: ValueError: Incompatible shapes "
        "between op input and calculated input gradient.",
    .pytorch = "RuntimeError: returned an invalid gradient at index 0 - got [3] but expected shape "
               "compatible with [2].",
    .jax = "ValueError: Custom VJP bwd rule must produce an output with the same type ... so the "
           "shapes do not match.",
    .example = "y = x + b, db = dy",
    .remedy = "Sum over the axes that were broadcast.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind gradDtype{
    .code = "grad-dtype",
    .title = "A gradient of another type",
    .severity = Severity::Warning,
    .seenIn = SeenIn::Gradient,
    .what = "The gradient has another dtype than its input.",
    .why = "A float64 constant, or an integer result, in the backward function.",
    .tensorflow = "Accepted; a later op complains, far from here.",
    .pytorch = "Cast silently.",
    .jax = "Accepted.",
    .example = "dx = dy * float64 constant",
    .remedy = "Cast the result to the dtype of the input.",
    .remedyKind = FixKind::GradientOnly,
};
inline constexpr DiagnosticKind wrongType{
    .code = "wrong-type",
    .title = "Wrong element type",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .what = "An input has a type that the operator does not take.",
    .why = "The file was edited or exported wrongly.",
    .tensorflow = "InvalidArgumentError before anything runs.",
    .pytorch = "A type error before anything runs.",
    .jax = "TypeError.",
    .example = "x (bool) -> Tanh -> loss",
    .remedy = "Put a Cast before the operator.",
    .remedyKind = FixKind::InsertPreprocessing,
};
inline constexpr DiagnosticKind wrongShape{
    .code = "wrong-shape",
    .title = "Shapes do not fit",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .what = "The sizes of two inputs do not go together.",
    .why = "The model was exported or edited wrongly, or a layer expects other features.",
    .tensorflow = "Incompatible shapes.",
    .pytorch = "mm: mat1 and mat2 shapes cannot be multiplied (96x32 and 16x3).",
    .jax = "dot_general requires contracting dimensions to have the same shape.",
    .example = "x [2, 16] -> MatMul with [8, 3] -> loss",
    .remedy = "Compare the sizes found and wanted: one of the two layers must change.",
};
inline constexpr DiagnosticKind badAttribute{
    .code = "bad-attribute",
    .title = "An attribute or input is wrong",
    .severity = Severity::Error,
    .failClass = FailClass::Dtype,
    .what = "The node lacks something, or says something that cannot be.",
    .why = "The file was edited or exported wrongly.",
    .jax = "ONNX Runtime: this is an invalid model.",
    .example = "Concat without an axis",
    .remedy = "Export the model again.",
};
inline constexpr DiagnosticKind unsupportedForm{
    .code = "unsupported-form",
    .title = "This form of the operator is not computed",
    .severity = Severity::Error,
    .failClass = FailClass::Unknown,
    .what = "Backstep knows the operator, but not this form of it.",
    .why = "An attribute or a combination of inputs that is rare.",
    .example = "an operator with a rare attribute",
    .remedy = "Everything around it is checked; it cannot be computed here yet.",
};

}
