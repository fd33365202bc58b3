#pragma once

#include "engine/ops/graph_builder.h"

#include <QJsonObject>

#include <vector>

namespace backstep {

/// One row of tests/data/op_cases.json: an op with its inputs, and what ONNX Runtime computed.
struct OpCase {
    OpName op;
    Attributes attributes;
    std::vector<Tensor> inputs, outputs;
    bool isSingle = false; ///< computed in float32
    bool isKink = false;   ///< the gradient is not compared: a kink is too near
};

OpCase opCaseIn(const QJsonObject& object);

}
