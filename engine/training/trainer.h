#pragma once

#include "engine/execution/executor.h"

#include <map>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

namespace backstep {

enum class Optimizer : uint8_t {
    Sgd,  ///< w - rate * g: ONNX's Momentum with alpha 0
    Adam, ///< Kingma and Ba 2015, alpha 0.9, beta 0.999, epsilon 1e-8: ONNX's Adam
};
/// "sgd", "adam"
std::string_view nameOf(Optimizer optimizer);

struct TrainingOptions {
    Optimizer optimizer = Optimizer::Adam;
    double rate = 0.01;
    int64_t steps = 20; ///< updates; the loss is told once more behind the last one
};

/// A weight with the value that its gradient arrives as; kNoValue: none does, so it stays.
struct TrainedWeight {
    ValueId weight = kNoValue, cotangent = kNoValue;
};

struct WeightProgress {
    double gradientNorm = 0; ///< 2-norm; 0 where there is no gradient
    double moved = 0;        ///< 2-norm of what it has become minus what it was at the start
};

/// What the pass after `number` updates found.
struct TrainingStep {
    int64_t number = 0;
    double loss = 0;
    std::vector<WeightProgress> weights; ///< in the order of the trained ones
};

/// Runs a differentiated program again and again on the same data, each time with the weights that
/// the update of the time before made. The update is part of the graph (Phase::Update), so it is
/// computed in the dtype of each weight. One thread at a time.
class Trainer
{
public:
    /// Error: the program has no loss, or it cannot be run.
    static Result<std::unique_ptr<Trainer>>
    make(const Graph& program, std::map<ValueId, Tensor> feeds, std::vector<TrainedWeight> weights,
         const TrainingOptions& options, const PlanOptions& recording);

    /// One pass at the present weights. Error: an op could not be computed, the loss or a gradient
    /// is not finite (which, at which step), or "cancelled" after a stop.
    Result<TrainingStep> pass(std::stop_token stop = {});
    /// Takes over the weights that the last pass made.
    void update();

private:
    struct Slot { ///< an input that an output of the update is for
        ValueId input = kNoValue, next = kNoValue;
    };
    Trainer() = default;
    void makeInput(Graph& graph, ValueId constant);
    void addUpdate(Graph& graph, const TrainingOptions& options);
    Result<void> checkFinite(const TrainingStep& step) const;
    Result<void> checkBranches() const;
    double distance(size_t weight) const;

    std::shared_ptr<const Plan> m_plan;
    std::unique_ptr<Executor> m_executor;
    std::vector<TrainedWeight> m_weights;
    std::vector<Tensor> m_start;       ///< by trained weight
    std::map<ValueId, Tensor> m_feeds; ///< shared with the run: written between two passes
    std::vector<Slot> m_slots;
    ValueId m_count = kNoValue; ///< input: how many updates there will be, this one counted
    ValueId m_draw = kNoValue;  ///< input: Graph::draw, where random ops draw
    int64_t m_number = 0;
};

}
