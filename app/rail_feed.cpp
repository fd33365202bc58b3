#include "app/rail_feed.h"

#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"

namespace backstep {

namespace {
/// Longer sequences show where the pass is, without sizes: asking for each would take too long.
constexpr int64_t kMostTimesteps = 128;
}

RailFeed::RailFeed(SessionBridge& bridge, Selection& selection, TimeRail& rail)
    : QObject(&rail), m_bridge(bridge), m_selection(selection), m_rail(rail)
{
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &RailFeed::restart);
    const auto later = [this] { m_later.start(); };
    connect(&selection, &Selection::changed, this, later);
    connect(&bridge, &SessionBridge::documentChanged, this, later);
    connect(&bridge, &SessionBridge::passMoved, this, later);
    connect(&bridge, &SessionBridge::valueReady, this,
            [this](Ticket ticket, const auto& value) { take(ticket, *value); });
}

void RailFeed::restart()
{
    if (m_bridge.pass().isRunning)
        return; // there is no answer before the run is over
    m_asked.clear();
    m_norms.clear();
    m_op = kNoNode;
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (snapshot.program && snapshot.program->has(m_selection.op().node)) {
        const Graph& graph = *snapshot.program;
        m_op = primalOf(graph, m_selection.op().node);
        const int64_t steps = timestepsOf(graph, m_op);
        if (steps <= kMostTimesteps && graph.depth(graph.node(m_op).region) == 1)
            m_norms.resize(static_cast<size_t>(steps));
    }
    ask();
    m_rail.setNorms({}, m_norms);
}

bool RailFeed::isExecuted(const ValueAddress& address) const
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    const ValueInfo& value = snapshot.program->value(address.value);
    return value.producer == kNoNode ||
           snapshot.plan->positionOf({value.producer, address.at}) < m_bridge.pass().cursor;
}

void RailFeed::ask()
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (m_norms.empty() || !snapshot.plan)
        return;
    const Node& node = snapshot.program->node(m_op);
    const auto askFor = [&](ValueId primal, size_t t, bool isInput) {
        const auto cotangent = snapshot.cotangents.find(primal);
        if (cotangent == snapshot.cotangents.end())
            return;
        const ValueInfo& value = snapshot.program->value(cotangent->second);
        const ValueAddress address{value.id, TimestepPath{}
                                                 .then(static_cast<int64_t>(t))
                                                 .upTo(snapshot.program->depth(value.region))};
        if (isExecuted(address))
            m_asked[m_bridge.requestValue(
                address, QStringLiteral("rail/%1/%2").arg(t).arg(static_cast<int>(isInput)))] = {
                t, isInput};
    };
    for (size_t t = 0; t < m_norms.size(); ++t) {
        if (!node.outputs.empty())
            askFor(node.outputs[0], t, false);
        if (!node.inputs.empty())
            askFor(node.inputs[0], t, true);
    }
}

void RailFeed::take(Ticket ticket, const ValueSnapshot& value)
{
    const auto asked = m_asked.find(ticket);
    if (asked == m_asked.end())
        return;
    const Place place = asked->second;
    m_asked.erase(asked);
    if (value.tensor.isNull())
        return;
    (place.isInput ? m_norms[place.timestep].dx : m_norms[place.timestep].dy) = value.norm;
    if (m_asked.empty())
        m_rail.setNorms({}, m_norms);
}

}
