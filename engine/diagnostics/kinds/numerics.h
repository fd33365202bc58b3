#pragma once

#include "engine/diagnostics/finding.h"

namespace backstep::kinds {

// Numbers over time.

inline constexpr DiagnosticKind infTimesZero{
    .code = "inf-times-zero",
    .title = "Infinity times zero in the backward pass",
    .severity = Severity::Error,
    .failClass = FailClass::Nan,
    .seenIn = SeenIn::Run,
    .what = "The forward pass is finite; the backward pass makes a NaN of an infinite slope and a "
            "zero.",
    .why = "sqrt, log, division or a norm at 0, behind a where or a relu that lets nothing "
           "through.",
    .tensorflow = "check_numerics: Detected Infinity or NaN in output 0 of SqrtGrad.",
    .pytorch = "RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output.",
    .jax = "FloatingPointError: invalid value (nan) encountered in mul.",
    .example = "x: float32[2, 5, 3] -> LSTM(4) -> relu -> sqrt -> Dense(2) -> mse",
    .remedy = "Keep the argument away from the edge before the op (a where on its input too, or an "
              "epsilon).",
    .remedyKind = FixKind::InsertPreprocessing,
};
inline constexpr DiagnosticKind nanForward{
    .code = "nan-forward",
    .title = "Not finite in the forward pass",
    .severity = Severity::Error,
    .failClass = FailClass::Nan,
    .seenIn = SeenIn::Run,
    .what = "A NaN or an infinity arises before the loss.",
    .why = "An overflow, a logarithm or root of a negative number, or 0 / 0.",
    .tensorflow = "check_numerics names the op.",
    .pytorch = "Anomaly mode looks at the backward pass alone.",
    .jax = "FloatingPointError names a primitive.",
    .example = "x -> log(negative) -> loss",
    .remedy = "Look at the first op that made it and at its inputs.",
};
inline constexpr DiagnosticKind nanInRecurrence{
    .code = "nan-in-recurrence",
    .title = "Not finite from one timestep on",
    .severity = Severity::Error,
    .failClass = FailClass::Nan,
    .seenIn = SeenIn::Run,
    .what = "A NaN or an infinity first appears at one op and one timestep, and the state carries "
            "it on.",
    .why = "A state that grows, or one bad element of the input.",
    .tensorflow = "An op of the while body, without a timestep.",
    .pytorch = "A flat trace.",
    .jax = "invalid value (nan) encountered in scan.",
    .example = "RNN with relu over 60 timesteps",
    .remedy = "Clip or normalise the state; look at the values one timestep earlier.",
    .remedyKind = FixKind::InsertPreprocessing,
};
inline constexpr DiagnosticKind singleSampleStat{
    .code = "single-sample-stat",
    .title = "The spread of one element",
    .severity = Severity::Error,
    .failClass = FailClass::Nan,
    .what = "A variance or standard deviation of a single element is NaN, or its gradient is.",
    .why = "It divides by n - 1 = 0, by a spread of 0, or takes the root of a spread of 0.",
    .tensorflow = "math.reduce_std: the value is 0, the gradient NaN, without a message.",
    .pytorch = "std and var: NaN, value and gradient; with unbiased=False 0 and 0.",
    .jax = "std and var with ddof=1: NaN; std without it: 0, and its gradient NaN.",
    .example = "x [4, 1] -> x - ReduceMean over axis 1 -> square -> ReduceSum -> / 0 -> loss",
    .remedy = "Take the spread over more elements, leave out the correction n - 1, or add an "
              "epsilon under the root.",
};
inline constexpr DiagnosticKind singleSampleNorm{
    .code = "single-sample-norm",
    .title = "Normalizing one element",
    .severity = Severity::Warning,
    .failClass = FailClass::Zero,
    .what = "A batch, layer, group or instance norm has a single element to take the mean of.",
    .why = "An element less its own mean is 0: what comes out is the norm's bias, and nothing in "
           "front of it can learn.",
    .tensorflow = "Zeros, without a message.",
    .pytorch = "batch_norm, group_norm: ValueError: Expected more than 1 value per channel when "
               "training; instance_norm: more than 1 spatial element. layer_norm: zeros, without a "
               "message.",
    .jax = "Zeros, without a message.",
    .example = "x [4, 8] -> LayerNormalization over an axis of size 1 -> loss",
    .remedy = "Normalize over more elements: a larger batch, another axis, fewer groups.",
};
inline constexpr DiagnosticKind vanishing{
    .code = "vanishing",
    .title = "Vanishing gradient",
    .severity = Severity::Warning,
    .failClass = FailClass::Vanishing,
    .seenIn = SeenIn::Run,
    .what = "The cotangent of the last timestep halves every few steps on its way back.",
    .why = "Every step multiplies it by a Jacobian that shrinks.",
    .example = "x: float32[4, 60, 4] -> SimpleRNN(8) -> Dense(2) -> mse",
    .remedy = "An LSTM with a forget bias of 1, an orthogonal recurrent matrix, a skip over "
              "timesteps, or a shorter sequence.",
    .remedyKind = FixKind::ReplaceForward,
};
inline constexpr DiagnosticKind exploding{
    .code = "exploding",
    .title = "Exploding gradient",
    .severity = Severity::Warning,
    .failClass = FailClass::Exploding,
    .seenIn = SeenIn::Run,
    .what = "The cotangent of the last timestep grows on its way back, over ten steps and more.",
    .why = "Every step multiplies it by a Jacobian that grows.",
    .tensorflow = "Silent until NaN.",
    .pytorch = "Silent until NaN.",
    .jax = "Silent until NaN.",
    .example = "RNN with relu and large recurrent weights",
    .remedy = "Clip by norm, scale the recurrent matrix down, or shorten the sequence.",
};
inline constexpr DiagnosticKind saturation{
    .code = "saturation",
    .title = "Saturated gates",
    .severity = Severity::Warning,
    .seenIn = SeenIn::Run,
    .what = "The gates sit at their ends for most units and timesteps.",
    .why = "Beyond 4 in size the slope of sigmoid and tanh is nearly 0.",
    .example = "x * 100 -> LSTM -> Dense -> loss",
    .remedy = "Scale the input, lower the bias, or normalise before the gates.",
    .remedyKind = FixKind::InsertPreprocessing,
};
inline constexpr DiagnosticKind deadUnits{
    .code = "dead-units",
    .title = "Units that never fire",
    .severity = Severity::Warning,
    .seenIn = SeenIn::Run,
    .what = "Some units are 0 for every example and timestep.",
    .why = "A relu whose argument is always negative lets no gradient through.",
    .example = "x -> Dense(bias = -10) -> relu -> loss",
    .remedy = "Another start, a smaller step, or a leaky form.",
};
inline constexpr DiagnosticKind checkerBlind{
    .code = "checker-blind",
    .title = "A check that did not look",
    .severity = Severity::Info,
    .seenIn = SeenIn::Traceback,
    .what = "The check for NaN was switched on after the function was compiled.",
    .why = "Compiled code keeps what it was compiled with.",
    .jax = "jax_debug_nans toggled inside one process missed a NaN.",
    .example = "jit(f), then the flag",
    .remedy = "Start a fresh process with the flag on.",
};
inline constexpr DiagnosticKind underflow{
    .code = "underflow",
    .title = "Zeros of precision",
    .severity = Severity::Warning,
    .seenIn = SeenIn::Run,
    .what = "Small cotangents are 0 in their dtype, and are none in a wider one.",
    .why = "Half of the smallest number of float16 is 3e-8; below it there is 0. bfloat16 "
           "reaches down to 9e-41, float32 to 1e-45.",
    .tensorflow = "No message. LossScaleOptimizer scales the loss against it.",
    .pytorch = "No message. GradScaler scales the loss against it.",
    .jax = "No message.",
    .example = "a float16 model with small gradients",
    .remedy = "Scale the loss, or keep the backward pass in float32.",
};

}
