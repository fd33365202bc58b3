#include "views/training/training_numbers.h"

#include "views/style/value_text.h"

#include <QObject>

#include <cmath>
#include <map>

namespace backstep {

std::vector<double> lossesOf(const TrainingRun& run)
{
    std::vector<double> losses;
    for (const TrainingStep& step : run.steps)
        losses.push_back(step.loss);
    return losses;
}

std::vector<std::pair<QString, std::vector<double>>> normsByLayer(const TrainingRun& run)
{
    std::vector<std::pair<QString, std::vector<double>>> layers;
    std::map<std::string, size_t> known;
    for (const TrainableWeight& weight : run.weights)
        if (known.try_emplace(weight.layer, layers.size()).second)
            layers.emplace_back(weight.layer.empty() ? QObject::tr("weights")
                                                     : QString::fromStdString(weight.layer),
                                std::vector<double>());
    for (const TrainingStep& step : run.steps) {
        std::vector<double> squares(layers.size());
        for (size_t i = 0; i < step.weights.size(); ++i) {
            const double norm = step.weights[i].gradientNorm;
            squares[known[run.weights[i].layer]] += norm * norm;
        }
        for (size_t i = 0; i < layers.size(); ++i)
            layers[i].second.push_back(std::sqrt(squares[i]));
    }
    return layers;
}

QString movedText(const TrainingRun& run, size_t weight)
{
    if (run.steps.empty() || weight >= run.steps.back().weights.size())
        return {};
    const double moved = run.steps.back().weights[weight].moved;
    if (moved > 0)
        return numberText(moved);
    const std::string& why = run.weights[weight].why;
    return why.empty() ? QObject::tr("did not move")
                       : QObject::tr("did not move: %1").arg(QString::fromStdString(why));
}

bool hasMoved(const TrainingRun* run, size_t weight)
{
    return run && !run->steps.empty() && weight < run->steps.back().weights.size() &&
           run->steps.back().weights[weight].moved > 0;
}

}
