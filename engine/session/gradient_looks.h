#pragma once

#include "engine/base/result.h"
#include "engine/diagnostics/surrogates.h"
#include "engine/session/seen_values.h"

namespace backstep {

/// `count` numbers at equal distances, `left` and `right` among them; count > 1.
std::vector<double> evenly(double left, double right, int count);

/// Functions of one number at equal distances from `left` to `right`, in float64; each is empty
/// where there is none.
struct GradientCurves {
    double left = -2, right = 2;
    std::vector<double> forward;    ///< the op's own value
    std::vector<double> derivative; ///< its own rule for dy = 1
    std::vector<double> given;      ///< the gradient that is typed, for dy = 1
    bool isFlat = false;            ///< the derivative is zero almost everywhere
};

/// The curves of an op of one floating input that works element by element, and of a gradient for
/// it ("" for none). No curves for other ops; no `given` for a text that does not compile.
GradientCurves curvesOf(const Graph& graph, NodeId node, const std::string& text, double left,
                        double right, int sampleCount = 401);

/// A row of the library at an op: what it does with the values seen.
struct SurrogateLook {
    const Surrogate* row = nullptr;
    std::vector<double> slopes; ///< dx for dy = 1, from -2 to 2
    double live = 0;            ///< share of the values seen that get a gradient
};

/// What the editor shows of an op before anything is typed.
struct GradientSubject {
    NodeId node = kNoNode;
    SeenInput seen;
    std::vector<SurrogateLook> surrogates; ///< those that make sense for the op
};
GradientSubject lookAt(DebugSession& session, NodeId node);

}
