#include "engine/session/state_map.h"

namespace backstep {

namespace {

OpMark markOf(GradientState state, Flow arriving)
{
    switch (state) {
    case GradientState::OffPath:
        return OpMark::OffPath;
    case GradientState::Converted:
        return OpMark::Plain;
    case GradientState::Custom:
        return OpMark::Custom;
    case GradientState::ZeroEverywhere:
        return OpMark::Zero;
    case GradientState::NotDifferentiable:
    case GradientState::DtypeCarriesNone:
        return OpMark::Lost;
    case GradientState::NoRule:
    case GradientState::UnknownOp:
    case GradientState::Refused:
        return OpMark::Failed;
    case GradientState::CutOnPurpose:
        return OpMark::Cut;
    case GradientState::Starved:
        break;
    }
    switch (arriving) {
    case Flow::Zero:
        return OpMark::StarvedByZero;
    case Flow::Blocked:
        return OpMark::StarvedByBlock;
    default:
        return OpMark::StarvedByNone;
    }
}

}

StateMap::StateMap(const Graph& graph, const ConversionReport& report,
                   const std::vector<NodeId>& standIns)
{
    for (const auto& [node, own] : report.ops) {
        m_marks[number(node)] = markOf(own.state, own.arriving);
        if (own.elsewhereAt)
            m_elsewhere[number(node)] = {markOf(own.elsewhere, own.arriving), own.elsewhereAt};
    }
    for (const NodeId node : standIns)
        if (const auto found = m_marks.find(number(node));
            found != m_marks.end() && found->second == OpMark::Plain)
            found->second = OpMark::StandIn;
    for (NodeId id : graph.nodeIds()) {
        const NodeId primal = graph.node(id).origin.primal;
        if (primal == kNoNode)
            continue;
        m_marks[number(id)] = mark(primal);
        if (const auto found = m_elsewhere.find(number(primal)); found != m_elsewhere.end())
            m_elsewhere[number(id)] = found->second;
    }
    for (const auto& [target, arrival] : report.targets)
        m_weights[number(target)] = {arrival.flow, arrival.isIncomplete};
}

OpMark StateMap::mark(NodeId node) const
{
    const auto found = m_marks.find(number(node));
    return found == m_marks.end() ? OpMark::OffPath : found->second;
}

OpMark StateMap::mark(NodeId node, int64_t timestep) const
{
    const TimestepSet* own = rest(node);
    return own && own->contains(timestep) ? m_elsewhere.at(number(node)).mark : mark(node);
}

const TimestepSet* StateMap::rest(NodeId node) const
{
    const auto found = m_elsewhere.find(number(node));
    return found == m_elsewhere.end() ? nullptr : found->second.at.get();
}

Flow StateMap::weight(ValueId weight) const
{
    const auto found = m_weights.find(number(weight));
    return found == m_weights.end() ? Flow::None : found->second.first;
}

bool StateMap::isIncomplete(ValueId weight) const
{
    const auto found = m_weights.find(number(weight));
    return found != m_weights.end() && found->second.second;
}

std::string_view badgeOf(OpMark mark)
{
    switch (mark) {
    case OpMark::Zero:
        return "0";
    case OpMark::Lost:
        return "?";
    case OpMark::Failed:
    case OpMark::StandIn:
        return "!";
    case OpMark::Cut:
        return "|";
    case OpMark::Custom:
        return "C";
    default:
        return "";
    }
}

std::string_view wordOf(OpMark mark)
{
    switch (mark) {
    case OpMark::Plain:
        return "passes its gradient on";
    case OpMark::Zero:
        return "zero gradient";
    case OpMark::Lost:
        return "lost gradient";
    case OpMark::Failed:
        return "failed";
    case OpMark::Cut:
        return "cut on purpose";
    case OpMark::Custom:
        return "custom gradient";
    case OpMark::StandIn:
        return "its own gradient was lost";
    case OpMark::StarvedByZero:
        return "gets only zeros";
    case OpMark::StarvedByNone:
        return "gets no gradient";
    case OpMark::StarvedByBlock:
        return "blocked downstream";
    case OpMark::OffPath:
        return "not on a gradient path";
    }
    return "";
}

}
