#pragma once

#include "tests/support/small_models.h"

#include <string>
#include <vector>

// Models that show what a graph alone can show, and their near misses.

/// x [2, 3] @ W -> one op after the other -> y; `hasWayAround`: and added to what went in.
/// CastInt and CastFloat are Casts.
SmallModel chained(const std::vector<std::string>& ops, bool hasWayAround = false);
/// The argmax of x @ W, as a value of the result or beside it.
SmallModel indexed(bool isIndexUsed);
/// x @ W > x0 as a number: the result itself, or what x @ W is multiplied with.
SmallModel masked(bool isMaskUsedAsValue);
/// An op between an input of a type and float32 weights.
SmallModel ofTypes(backstep::DType x, const std::string& op);
/// An LSTM of 3 features and 4 units on an input of a shape, from a state of a batch.
SmallModel recurrent(std::vector<int64_t> shape, int64_t stateBatch);
/// x [2, features] @ W [3, 4]
SmallModel product(int64_t features);
/// LayerNormalization of x [2, 3] @ W [3, features]
SmallModel layerNorm(int64_t features);
/// y = sqrt(sum((h - mean)^2) / divisor + epsilon), h = x [2, 3] @ W [3, features]
SmallModel deviation(int64_t features, float divisor, float epsilon, bool hasRoot);
/// BatchNormalization in training mode
SmallModel batchNorm(int64_t batch);
/// Two products behind W; the second is part of the result or not.
SmallModel twoOutputs(bool isUsed);
