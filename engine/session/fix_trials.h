#pragma once

#include "engine/session/training.h"
#include "engine/session/debug_session.h"
#include "engine/session/forward_looks.h"

namespace backstep {

/// What a fix comes to after a few steps of training from the same start.
struct FixTrial {
    Fix fix;
    std::optional<double> before, after;      ///< loss; none where the model could not be run
    int64_t moved = 0, weightCount = 0;       ///< weights that are not what they were, of how many
    std::optional<ForwardError> forwardError; ///< of a fix that computes something else
    std::vector<TrainingStep> steps;
    std::string problem; ///< why there is no loss behind the steps; "" where there is one
    bool isBest = false; ///< the lowest loss behind the steps
};

struct FixTrials {
    NodeId node = kNoNode;      ///< of the finding, in the session's program
    std::vector<FixTrial> rows; ///< first the model as it is, then by loss, failed ones last
    bool isCancelled = false;
    /// The row marked best; null where no fix beats the model as it is.
    const FixTrial* best() const;
};

/// Tells each row as it is done, in the order of the finding's fixes.
using TrialProgress = std::function<void(const FixTrial&)>;

/// Trains the model as it is and with each fix of the finding that can be applied. Nothing of the
/// session changes.
FixTrials tryFixes(DebugSession& session, const Finding& finding, const TrainingOptions& options,
                   std::stop_token stop = {}, const TrialProgress& progress = {});

}
