#pragma once

#include "engine/expressions/syntax.h"

#include <string_view>

namespace backstep {

/// The ways in which people have gradients.
enum class PastedKind : uint8_t {
    Statements,         ///< `dy * x`, `dx = ..., dh = ...`, lines of assignments
    Function,           ///< `def grad(dy): return ...`
    CustomGradient,     ///< `@tf.custom_gradient`
    RegisteredGradient, ///< `@tf.RegisterGradient("Op")`
    AutogradFunction,   ///< a class of torch.autograd.Function
    CustomVjp,          ///< `jax.custom_vjp` with `defvjp`
};

/// Which of them a text is, and the functions in it that play its parts; null where it has none.
struct PastedForm {
    PastedKind kind = PastedKind::Statements;
    const Statement* forward = nullptr; ///< what the op computes
    const Statement* residuals =
        nullptr;                         ///< JAX: forward with what is kept; PyTorch: setup_context
    const Statement* gradient = nullptr; ///< null where `forward` returns it, and for Statements
};

/// Recognises a text by its decorators, base classes and calls. An Error says which part is
/// missing. The form points into `syntax`.
Result<PastedForm> recognised(const Syntax& syntax);

/// "a torch.autograd.Function", for messages and lists.
std::string_view nameOf(PastedKind kind);

}
