#pragma once

#include "engine/session/observer.h"

#include <QString>
#include <QStringList>

namespace backstep {

/// How an op is called in lists: its type, with a nabla before a backward op.
QString opText(const Graph& graph, NodeId node);
/// "Sign @ t=3"; nested "Sign @ t=2.5"; "Add" outside every Scan.
QString opText(const Graph& graph, const OpAddress& address);
/// "t=3", nested "t=2.5"; empty outside every Scan.
QString timestepText(const TimestepPath& at);
/// The layer path, or the op's own name where it belongs to none.
QString layerText(const Graph& graph, NodeId node);
/// "8 × 256"; "scalar".
QString sizesText(const Shape& shape);
/// "float32 [8, 256]"
QString typeText(const TensorType& type);
/// Without the layer in front: "W" of "lstm/W".
QString weightText(const Graph& graph, ValueId weight);
/// The layer a weight belongs to: that of the first op that reads it.
QString layerOfWeight(const Graph& graph, ValueId weight);
/// Of a forward op the op itself, of a backward op the op whose gradient it is.
NodeId primalOf(const Graph& graph, NodeId node);
/// Ops that a reader of the model knows: forward and loss, no helpers of ours.
std::vector<NodeId> shownOps(const Graph& graph);
/// A finding's message without the op's name in front, which stands beside it everywhere here.
QString reasonText(const Graph& graph, const Finding& finding);
/// Number of timesteps the op runs at; 0 outside every Scan.
int64_t timestepsOf(const Graph& graph, NodeId node);
/// "lstm: 16 ops at 12 timesteps, 3 weights", one line a layer in the order of the program.
QStringList layersText(const Graph& graph);

}
