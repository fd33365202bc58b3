#pragma once

#include "engine/autodiff/gradient_table.h"
#include "engine/graph/graph.h"

#include <functional>
#include <optional>

namespace backstep {

/// A fix that is to be written: an op with the gradient, the forward, or both, that a user gave it.
struct FixSubject {
    const Graph& graph;
    const Node& node;
    std::string gradientText = {}; ///< "": the derivative of the forward, as frameworks find it
    std::string forwardText = {};  ///< what is computed in the op's place; "" for its own
    /// Weights that the forward may name.
    std::vector<std::pair<std::string, TensorType>> weights = {};
    std::vector<std::string> about = {}; ///< what is known of it: verdict, reason; one a line
    bool isWide = false;                 ///< floats are float64, as for a sample
};

/// An input of the function: a value of the graph that no constant is.
struct FragmentInput {
    std::string name; ///< "x", or the ports' names where there are several
    ValueId value = kNoValue;
    size_t input = 0;        ///< of the node
    std::string weight = {}; ///< of a weight that the forward reads beside them: its name
};
struct FragmentOutput {
    std::string name;                               ///< "y", or "y0", "y1"...
    ValueId value = kNoValue, cotangent = kNoValue; ///< no cotangent: it carries none
};

/// An op by itself with its gradient, as one graph: inputs and cotangents in, outputs and dx out.
struct OpFragment {
    Graph graph;
    std::vector<FragmentInput> inputs;
    std::vector<FragmentOutput> outputs;
    std::vector<ValueId> gradients; ///< one an input; kNoValue where it gets none
    bool isMadeFloating = false;    ///< the op gives integers; here they are floats
    std::vector<std::string> notes; ///< what is done to make the gradient fit (SEMANTICS R15)
};

/// Builds the op, its sizes changed by `sizeFor`. Errors: a text that does not compile, an op with
/// no forward, a cotangent that no framework would pass on.
Result<OpFragment> fragmentOf(const FixSubject& subject,
                              const std::function<int64_t(int64_t)>& sizeFor);

/// Inputs at which the gradient shows: small numbers on both sides of 0 where the op is defined
/// there; with what the op and the gradient make of them.
struct SamplePoint {
    std::vector<Tensor> inputs, cotangents; ///< one an input, one an output with a cotangent
    std::vector<Tensor> outputs, gradients; ///< null where there is none
    bool isLive = false;                    ///< some gradient is not 0
};
Result<SamplePoint> sampleOf(const OpFragment& fragment);

}
