#pragma once

#include "engine/diagnostics/framework_tables.h"
#include "engine/exporters/code/op_fragment.h"

#include <string>

namespace backstep {

/// A fix as a module of Python in one framework: what is known of it as a comment, a function with
/// its own gradient (tf.custom_gradient, torch.autograd.Function, jax.custom_vjp), a Keras layer or
/// a torch module around it, and a test that fails where the gradient is another one. The text
/// holds no date and nothing of this machine. Errors: an op that the framework has no spelling for,
/// a text that does not compile.
Result<std::string> fixAsCode(const FixSubject& subject, Framework framework);

}
