#pragma once

#include "engine/graph/graph.h"

#include <string_view>

namespace backstep {

/// Attribute of a Scan that was a Loop whose iterations the data decide.
inline constexpr std::string_view kCountedByData = "counted_by_data";

/// What the values of a graph under construction are on the data at hand: they decide the branch of
/// an If, the iterations of a Loop and sizes that only a run knows (SEMANTICS R10).
class ValuesAtHand
{
public:
    virtual ~ValuesAtHand() = default;
    /// A value outside every body. An Error says what keeps it from being computed.
    virtual Result<Tensor> of(const Graph& graph, ValueId value) = 0;
    /// Values from this id on were taken out of the graph: their ids will stand for others.
    virtual void forgetFrom(ValueId first) = 0;
};

}
