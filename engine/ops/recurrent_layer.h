#pragma once

#include "engine/ops/recurrent_cells.h"

#include <functional>

namespace backstep {

// What the layers of RNN, GRU and LSTM have in common: weights, directions, padding, initial
// states. A cell only says how one timestep is computed.
//
// Legend: x [B, I] this timestep's input; h, c [B, H] carries; Wt [I, gH], Rt [H, gH] weights
// transposed; b [gH] both biases; g gates a cell.

/// RNN, GRU or LSTM of ONNX's own operators; also by the type alone, as an Origin names the source
/// of an expansion.
bool isRecurrentLayer(const OpName& op);
bool isRecurrentLayer(std::string_view type);

/// Builds nodes under names such as "lstm/input_gate".
class NamedBuilder
{
public:
    NamedBuilder(GraphBuilder& builder, std::string prefix)
        : m_builder(builder), m_prefix(std::move(prefix))
    {}
    Value operator()(const std::string& role, std::string op, std::vector<Value> inputs,
                     Attributes attributes = {});
    /// f of a gate's sum, which is limited before (attribute clip).
    Value activated(const std::string& role, const Activation& f, Value z);
    void setClip(double clip) { m_clip = clip; }
    std::vector<Value> split(const std::string& role, const Value& value, size_t parts,
                             int64_t axis = 1);
    /// Along axis 1, into parts of the sizes [n].
    std::vector<Value> splitAt(const std::string& role, const Value& value, const Value& sizes);

private:
    GraphBuilder& m_builder;
    std::string m_prefix;
    double m_clip = 0;
};

/// Of one direction.
struct CellWeights {
    Value wt, rt, wb, rb; ///< biases absent without B
    Value p;              ///< [3H], peepholes of the gates i, o, f; absent without P
};

struct CellInput {
    Value x;
    std::vector<Value> carries;
};
/// From this timestep's input and carries to the next carries; the first one is the output.
using Cell = std::function<std::vector<Value>(NamedBuilder&, GraphBuilder&, const CellInput&)>;
using CellFor = std::function<Cell(const CellWeights&, std::span<const Activation> activations)>;

/// x Wt + b
Value project(NamedBuilder& make, const std::string& role, const Value& x, const Value& wt,
              const Value& b);

/// Both biases as one, added outside the Scan.
Value bothBiases(GraphBuilder& b, const CellWeights& weights);

/// One Scan per direction around the cell; results in the order Y, Y_h, Y_c.
/// Errors: attributes that do not fit (attribute).
Result<std::vector<Value>>
expandLayer(GraphBuilder& b, const Node& node, std::span<const Value> inputs, int gates,
            size_t carryCount, const std::function<CellFor(const RecurrentForm&)>& makeCell);

}
