#pragma once

#include "engine/ops/graph_builder.h"

#include <span>
#include <string>
#include <vector>

namespace backstep {

/// f, with its alpha and beta where it has them.
struct Activation {
    std::string name;
    double alpha = 0, beta = 0;
};

/// What the attributes of an RNN, GRU or LSTM say.
struct RecurrentForm {
    int64_t directions = 1, hidden = 0;
    std::string direction = "forward";
    std::vector<Activation> activations; ///< all directions after each other
    double clip = 0;                     ///< bound of every gate's sum; 0: none
    bool linearBeforeReset = false;
    bool inputForget = false; ///< f = 1 - i
    bool batchFirst = false;  ///< attribute layout
};

/// Reads and checks the attributes. `r` is the shape of R, which tells hidden_size when the
/// attribute is missing. Errors: a wrong value (attribute).
Result<RecurrentForm> recurrentForm(const Attributes& attributes, int gates, const Shape& r);

// The node as one Scan per direction; results in the order Y, Y_h, Y_c (ONNX RNN, GRU, LSTM).
Result<std::vector<Value>> expandRnn(GraphBuilder&, const Node&, std::span<const Value> inputs);
Result<std::vector<Value>> expandGru(GraphBuilder&, const Node&, std::span<const Value> inputs);
Result<std::vector<Value>> expandLstm(GraphBuilder&, const Node&, std::span<const Value> inputs);

}
