#pragma once

#include "engine/session/observer.h"

#include <memory>
#include <string>

namespace backstep::sample {

/// LSTM(64) on [T, 4, 8], Sign, Dense(10), mean square error in every timestep, differentiated:
/// the program of the first lesson.
struct LstmNames {
    std::string w = "lstm/W", r = "lstm/R", b = "lstm/B", kernel = "dense/kernel",
                bias = "dense/bias";
};
std::shared_ptr<const Snapshot> lstmSign(int64_t stepCount, const std::string& activation = "Sign",
                                         const LstmNames& names = {});

/// GRU(64) with the bias inside the reset gate, on [T, 4, 8].
std::shared_ptr<const Snapshot> gru(int64_t stepCount);

/// In every timestep: a row of a table, a recurrent cell, two Dense layers of which the second
/// transposes its kernel.
std::shared_ptr<const Snapshot> embeddedRnn(int64_t stepCount);

/// A chain of `count` ops without any Scan; every seventh also reads the op before its neighbour.
std::shared_ptr<const Snapshot> flatChain(int count);

/// A recurrent cell in which the last timestep runs first.
std::shared_ptr<const Snapshot> reversedRnn(int64_t stepCount);

/// One forward op a given type name, in one timestep, as an importer keeps ops it does not know.
std::shared_ptr<const Snapshot> foreignOps(const std::vector<std::string>& types);

/// A position in the middle of the backward pass: before the first node of `op`'s gradient at `t`.
PassState pausedAtGradientOf(const Snapshot& snapshot, const std::string& op, int64_t t);

}
