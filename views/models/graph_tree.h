#pragma once

#include "engine/session/observer.h"

#include <QString>

#include <vector>

namespace backstep {

/// The model as an outline: model > layers > weights and ops. Plain values, made from a snapshot.
struct GraphTree {
    enum class Kind : uint8_t { Model, Layer, OpGroup, Weight, Op };
    struct Item {
        Kind kind;
        QString name, detail, iconName = {};
        NodeId op = kNoNode;
        ValueId weight = kNoValue;
        OpMark mark = OpMark::Plain; ///< of an op, or the gravest inside a layer
        bool hasWeights = false;     ///< a layer of which `flow` speaks
        Flow flow = Flow::Live;      ///< of a weight, or the least inside a layer
        bool isIncomplete = false;   ///< a live flow that lacks a part
        int parent = -1;             ///< index of an item, -1 for the model
        std::vector<int> children = {};
    };
    std::vector<Item> items; ///< the first one is the model; empty without a document

    static GraphTree of(const Snapshot& snapshot);
    /// Item of the op or weight; -1 when there is none.
    int find(NodeId op) const;
    int find(ValueId weight) const;
};

}
