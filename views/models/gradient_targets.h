#pragma once

#include "engine/session/observer.h"

#include <QString>
#include <QStringList>

namespace backstep {

/// The target that means this op (its primal, for a backward op) in a scope.
GradientTarget targetOf(const Graph& graph, NodeId node, GradientTarget::Scope scope);
/// The attached gradient that is in force for the op (timesteps > node > layer > type), or null.
const GradientChoice* attachedTo(const Snapshot& snapshot, NodeId node);
/// The one in force at a timestep of the innermost loop around the op, or null.
const GradientChoice* attachedAt(const Snapshot& snapshot, NodeId node, int64_t timestep);
/// Whether something is there to be written as code: a gradient that is attached, or ops to put
/// before one that does not take its input.
bool hasFixToExport(const Snapshot& snapshot, NodeId node);
/// All attached gradients that name the op, the one in force first (SEMANTICS R15b).
std::vector<const GradientChoice*> attachedChain(const Snapshot& snapshot, NodeId node);
/// The chain for people, as rich text: who is in force, the losers struck out, the op's own last;
/// empty where nothing is attached.
QString precedenceText(const Snapshot& snapshot, NodeId node);
/// "This op, all timesteps", "Layer sign", "Every Sign in the model".
QString scopeText(const Graph& graph, NodeId node, GradientTarget::Scope scope);
/// Whether the op belongs to a layer, so that the scope exists.
bool hasLayer(const Graph& graph, NodeId node);
/// "layer lstm · forward Tanh · x float32 [4, 64]": what a gradient is written for.
QString gradientSubtitle(const Graph& graph, NodeId node);
/// "x", or "x0", "x1"...: at most the first three inputs, as an expression may call them.
QStringList shownInputNames(const Node& node);
/// "tf.math.", "torch.", "jnp.".
QStringList shownModules();
/// The names that a gradient may use: inputs, outputs, cotangents, modules ("tf.math.").
QStringList gradientNames(const Node& node);
/// The op's problem, or null.
const Finding* findingOf(const Snapshot& snapshot, NodeId node);
/// An expression as short as one reads it: "dy * (|x| ≤ 1)"; not for typing.
QString readingText(const std::string& expression);

}
