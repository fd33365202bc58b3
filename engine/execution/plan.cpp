#include "engine/execution/plan.h"

#include "engine/execution/planned.h"
#include "engine/execution/planner.h"

#include <algorithm>

namespace backstep {

Plan::Plan(std::shared_ptr<const Graph> graph, const PlanOptions& options)
    : m_graph(std::move(graph))
{
    Planner(*this, options.keepsAll ? Planner::Keep::All : Planner::Keep::Residuals,
            options.threads)
        .run();
    if (m_keptBytes <= options.keptBytes)
        return;
    clear();
    Planner checkpoints(*this, Planner::Keep::Checkpoints, options.threads);
    checkpoints.run();
    if (const double share = checkpoints.keptShareWithin(options.keptBytes); share > 0) {
        clear();
        Planner(*this, Planner::Keep::Checkpoints, options.threads, share).run();
    }
}

void Plan::clear()
{
    m_regions.clear();
    m_values.clear();
    m_places.clear();
    m_indexInRegion.clear();
    m_keptBytes = m_scratchBytes = 0;
    m_threads = 1;
}

Plan::~Plan() = default;

const PlannedOp& Plan::op(NodeId node) const
{
    return region(m_graph->node(node).region).ops[m_indexInRegion.at(number(node))];
}

Position Plan::size() const
{
    return region(kTopRegion).span;
}

Position Plan::startOf(RegionId id, const TimestepPath& at) const
{
    if (id == kTopRegion)
        return 0;
    const PlannedRegion& own = region(id);
    const Node& owner = m_graph->node(m_graph->region(id).owner);
    const PlannedRegion& parent = region(owner.region);
    const Position scan = startOf(owner.region, at.upTo(own.depth - 1)) +
                          parent.ops[m_indexInRegion.at(number(owner.id))].start;
    const int64_t step = at.t[static_cast<size_t>(own.depth - 1)];
    return scan + static_cast<Position>(own.orderOf(step)) * own.span;
}

Position Plan::positionOf(const OpAddress& address) const
{
    const Node& node = m_graph->node(address.node);
    return startOf(node.region, address.at) + op(node.id).own;
}

OpAddress Plan::addressAt(Position position) const
{
    OpAddress address;
    const PlannedRegion* current = &region(kTopRegion);
    if (position >= current->span)
        return address;
    while (true) {
        const auto next =
            std::upper_bound(current->ops.begin(), current->ops.end(), position,
                             [](Position p, const PlannedOp& op) { return p < op.start; });
        const PlannedOp& op = *std::prev(next);
        if (!op.body || position == op.own) {
            address.node = op.node;
            return address;
        }
        const Position inside = position - op.start;
        current = op.body;
        address.at = address.at.then(current->stepAt(static_cast<int64_t>(inside / current->span)));
        position = inside % current->span;
    }
}

bool Plan::canRun(NodeId node) const
{
    return op(node).canRun;
}

}
