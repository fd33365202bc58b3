#pragma once

#include "engine/session/debug_session.h"

#include <stop_token>

namespace backstep {

/// Whether a gradient fits the ops of its target, by these ops alone: quick enough for each key
/// that is typed. The Error has a column in the text.
Result<void> fits(const Snapshot& snapshot, const GradientChoice& choice);

/// What becomes of one weight with a gradient that is not attached yet.
struct WeightEffect {
    std::string name;
    Shape shape;
    Arrival before, after;
    std::optional<double> norm; ///< of its gradient then; nothing where the pass was not run
};

struct GradientEffect {
    std::optional<Error> error;        ///< it does not fit
    std::vector<WeightEffect> weights; ///< those that change first, then by the graph's order
};

/// Tries a gradient without attaching it: the statuses by analysis, the norms by a pass of its own,
/// which is given up after `patience` or at a stop.
GradientEffect effectOf(const Snapshot& snapshot, const GradientChoice& choice,
                        std::stop_token stop = {},
                        std::chrono::milliseconds patience = std::chrono::milliseconds(1500));
/// The same of a forward; the file is read again with it.
GradientEffect effectOf(const Snapshot& snapshot, const ForwardChoice& choice,
                        std::stop_token stop = {},
                        std::chrono::milliseconds patience = std::chrono::milliseconds(1500));

}
