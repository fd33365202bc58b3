#pragma once

#include "engine/diagnostics/finding.h"

namespace backstep::kinds {

// NumPy and Python on a value that is only a symbol: one message, five causes.

inline constexpr DiagnosticKind numpyVersion{
    .code = "numpy-version",
    .title = "TensorFlow older than its NumPy",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "An LSTM cannot be built: a symbolic tensor named .../strided_slice:0 should become "
            "an array.",
    .why = "TensorFlow up to 2.4 makes the initial state with a NumPy call that NumPy 1.20 and "
           "later refuse for a symbolic size.",
    .tensorflow =
        "NotImplementedError: Cannot convert a symbolic Tensor (lstm/strided_slice:0) to a "
        "numpy array.",
    .example = "Input(None, 8) -> LSTM(64), TensorFlow 2.4 with NumPy 1.20",
    .remedy = "NumPy 1.19.5 with that TensorFlow, or TensorFlow 2.6 and later. A fixed batch size "
              "avoids it too.",
};
inline constexpr DiagnosticKind numpyInLayer{
    .code = "numpy-in-layer",
    .title = "NumPy inside a layer or loss",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "A NumPy function is called on a tensor of the graph.",
    .why = "While the graph is built the tensor has no value yet. Run eagerly it does not fail, "
           "but everything in front gets None.",
    .tensorflow = "NotImplementedError: Cannot convert a symbolic tf.Tensor (dense/BiasAdd:0) to a "
                  "numpy array.",
    .pytorch = "RuntimeError: Can't call numpy() on Tensor that requires grad.",
    .jax = "TracerArrayConversionError: __array__() was called on traced array.",
    .example = "x -> np.tanh -> Dense -> loss",
    .remedy = "Use the function of the framework: tf.math, keras.ops, torch, jax.numpy.",
};
inline constexpr DiagnosticKind numpyOnInput{
    .code = "numpy-on-input",
    .title = "NumPy on a Keras Input",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "A NumPy or TensorFlow function is called on a Keras placeholder.",
    .why = "It stands for a shape and a dtype and has no value at all.",
    .tensorflow =
        "ValueError: A KerasTensor is symbolic: it's a placeholder; older: Cannot convert a "
        "symbolic Keras input/output to a numpy array.",
    .example = "np.tanh(keras.Input((5, 3)))",
    .remedy = "Wrap it in a Layer, or use keras.ops.",
};
inline constexpr DiagnosticKind numpyMethod{
    .code = "numpy-method",
    .title = ".numpy() in traced code",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "A traced tensor is asked for its value.",
    .why = "It has none before the graph runs.",
    .tensorflow = "AttributeError: 'SymbolicTensor' object has no attribute 'numpy'",
    .example = "x.numpy() inside tf.function",
    .remedy = "Leave it out, or use tf.py_function, which limits the gradient.",
};
inline constexpr DiagnosticKind tensorAsPython{
    .code = "tensor-as-python",
    .title = "A tensor used as a Python number",
    .severity = Severity::Error,
    .seenIn = SeenIn::Traceback,
    .what = "Python branches on, counts or iterates over a traced tensor.",
    .why = "Its value is not known while the program is traced.",
    .tensorflow =
        "OperatorNotAllowedInGraphError: Using a symbolic `tf.Tensor` as a Python `bool` is "
        "not allowed; 'SymbolicTensor' object cannot be interpreted as an integer.",
    .pytorch = "GuardOnDataDependentSymNode: Could not guard on data-dependent expression "
               "(torch.export alone).",
    .jax = "TracerBoolConversionError: Attempted boolean conversion of traced array; "
           "ConcretizationTypeError.",
    .example = "if tf.reduce_sum(x) > 0: ...",
    .remedy = "tf.cond, tf.where, tf.scan; jax.lax.cond, jnp.where; torch.where.",
};

}
