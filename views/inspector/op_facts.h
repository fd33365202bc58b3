#pragma once

#include "engine/session/observer.h"

#include <QString>

#include <optional>
#include <vector>

namespace backstep {

/// One row of the VALUES block: a value by the name the gradient is written in.
struct ValueSlot {
    QString name;         ///< "x", "y", "dy", "dx"; port names where there are several
    ValueAddress address; ///< kNoValue: there is none, `absence` says why
    TensorType type;
    QString absence;
    bool isCotangent = false;
};

/// Everything the inspector says about its subject, in words; made from a snapshot.
struct OpFacts {
    QString title, subtitle;
    OpMark mark = OpMark::Plain;
    QString cardTitle, cardText;     ///< empty: no card
    std::vector<ValueId> cutWeights; ///< for "Show which weights"
    OpAddress cutBy;                 ///< of a starved op or weight: where to look
    QString derivative, derivativeSource;
    std::vector<ValueSlot> values;
    QString valuesType; ///< "float32 [2, 16]" when x and y agree

    static OpFacts ofOp(const Snapshot& snapshot, const OpAddress& address);
    static OpFacts ofWeight(const Snapshot& snapshot, ValueId weight);
};

}
