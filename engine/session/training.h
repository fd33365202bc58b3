#pragma once

#include "engine/session/document.h"
#include "engine/training/trainer.h"

#include <functional>
#include <stop_token>

namespace backstep {

/// A weight as training tells of it.
struct TrainableWeight {
    std::string name, layer;
    Shape shape;
    bool isTrained = false; ///< a whole gradient arrives (SEMANTICS R2: no incomplete one)
    std::string why = {};   ///< why it stays, where it does
};

/// A few steps of training on the document's own data and loss. The document stays as it is.
struct TrainingRun {
    TrainingOptions options;
    std::vector<TrainableWeight> weights;
    std::vector<TrainingStep> steps; ///< the first is the pass before any update
    std::optional<Error> error;      ///< why there are no more: "diverged", "cancelled", ...

    /// Weights that are not what they were.
    int64_t movedCount() const;
};

/// Told of the run so far after each step, on the caller's thread.
using TrainingProgress = std::function<void(const TrainingRun&)>;

/// A course of training that can be halted between two steps and go on from there. One thread at a
/// time.
class Training
{
public:
    Training(const Document& document, const TrainingOptions& options);
    ~Training();
    const TrainingRun& run() const { return m_run; }
    /// All steps are done, or an error ended them; "cancelled" is no end.
    bool isFinished() const;
    /// Trains until it is finished, or to a stop.
    void proceed(std::stop_token stop = {}, const TrainingProgress& progress = {});

private:
    TrainingRun m_run;
    std::unique_ptr<Trainer> m_trainer; ///< null where it cannot be trained
};

/// The whole course.
TrainingRun train(const Document& document, const TrainingOptions& options,
                  std::stop_token stop = {}, const TrainingProgress& progress = {});

}
