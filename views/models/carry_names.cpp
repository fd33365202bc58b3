#include "views/models/carry_names.h"

#include "engine/base/text.h"

#include <algorithm>
#include <map>

namespace backstep {

namespace {

constexpr size_t kLongestName = 8; ///< characters that a lane's label has room for

std::string lastPart(const std::string& name)
{
    const size_t cut = name.find_last_of("/.:");
    return cut == std::string::npos || cut + 1 == name.size() ? name : name.substr(cut + 1);
}

/// Not a number that an exporter gave: "in_5", "0", "while_3".
bool isGivenName(const std::string& name)
{
    return !name.empty() && name.size() <= kLongestName &&
           std::none_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class CarryReader
{
public:
    CarryReader(const Graph& graph, const Region& region) : m_graph(graph)
    {
        for (NodeId id : region.nodes)
            if (graph.node(id).origin.phase == Phase::Forward)
                for (ValueId input : graph.node(id).inputs)
                    if (input != kNoValue)
                        m_readers[input].push_back(id);
    }

    std::string role(const Carry& carry) const
    {
        if (reachesProduct(carry.in, 0))
            return "h";
        return isAddedTo(carry) ? "c" : "";
    }

private:
    bool isAny(NodeId node, std::initializer_list<const char*> types) const
    {
        return std::any_of(types.begin(), types.end(),
                           [&](const char* type) { return m_graph.node(node).op.is(type); });
    }

    /// As it is, reshaped, or behind the reset gate of a GRU.
    bool reachesProduct(ValueId value, int depth) const
    {
        constexpr int kFarthest = 3;
        const auto readers = m_readers.find(value);
        if (readers == m_readers.end() || depth > kFarthest)
            return false;
        return std::any_of(readers->second.begin(), readers->second.end(), [&](NodeId reader) {
            if (isAny(reader, {"MatMul", "Gemm", "Einsum", "Conv"}))
                return true;
            return isAny(reader, {"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Cast", "Concat",
                                  "Identity"}) &&
                   reachesProduct(m_graph.node(reader).outputs[0], depth + 1);
        });
    }

    /// next = gate * carry + something.
    bool isAddedTo(const Carry& carry) const
    {
        const ValueInfo& next = m_graph.value(carry.next);
        const auto readers = m_readers.find(carry.in);
        if (next.producer == kNoNode || !m_graph.node(next.producer).op.is("Add") ||
            readers == m_readers.end())
            return false;
        const std::vector<ValueId>& terms = m_graph.node(next.producer).inputs;
        return std::any_of(readers->second.begin(), readers->second.end(), [&](NodeId reader) {
            return m_graph.node(reader).op.is("Mul") &&
                   std::find(terms.begin(), terms.end(), m_graph.node(reader).outputs[0]) !=
                       terms.end();
        });
    }

    const Graph& m_graph;
    std::map<ValueId, std::vector<NodeId>> m_readers;
};

}

std::vector<std::string> carryNames(const Graph& graph, const Region& region)
{
    const CarryReader reader(graph, region);
    std::vector<std::string> names;
    std::vector<bool> isGuessed;
    for (const Carry& carry : region.carries) {
        const std::string given = lastPart(graph.value(carry.in).name);
        const std::string role = isGivenName(given) ? std::string() : reader.role(carry);
        isGuessed.push_back(!role.empty());
        names.push_back(!role.empty()   ? role
                        : given.empty() ? "s" + std::to_string(names.size())
                                        : printable(given));
    }
    std::map<std::string, int> count, seen;
    for (const std::string& name : names)
        ++count[name];
    for (size_t i = 0; i < names.size(); ++i)
        if (const std::string base = names[i]; isGuessed[i] && count[base] > 1)
            names[i] += std::to_string(++seen[base]);
    return names;
}

}
