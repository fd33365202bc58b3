#pragma once

#include "engine/session/training.h"

#include <QString>

#include <utility>
#include <vector>

namespace backstep {

// What a training shows of its numbers.

std::vector<double> lossesOf(const TrainingRun& run);

/// 2-norm over the weights of each layer, by step; layers in the order of the file.
std::vector<std::pair<QString, std::vector<double>>> normsByLayer(const TrainingRun& run);

/// How far a weight has come from where it began, or why it did not move.
QString movedText(const TrainingRun& run, size_t weight);
/// False for a null run too.
bool hasMoved(const TrainingRun* run, size_t weight);

}
