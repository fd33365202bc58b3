#pragma once

#include "engine/graph/graph.h"

#include <map>
#include <set>
#include <string>

namespace backstep::onnx {
class GraphProto;
class NodeProto;
}

namespace backstep {

/// Writes the nodes of a graph in export form: regions become Scan bodies, sums carries that start
/// at zero, constants initializers of the outermost graph.
class OnnxWriter
{
public:
    OnnxWriter(const Graph& graph, onnx::GraphProto& top);
    /// Takes a name out of use; false if it is taken.
    bool reserve(const std::string& name) { return m_taken.insert(name).second; }
    /// Gives a value the name that it has in the file. Reserved names are not checked.
    void give(ValueId value, const std::string& name) { m_names[value] = name; }
    void writeNodes() { writeRegion(kTopRegion, m_top); }
    /// The name of a value, made up on first use; constants are written then.
    const std::string& nameOf(ValueId value);
    /// An Identity that gives a value a second name.
    void alias(onnx::GraphProto& graph, ValueId value, const std::string& name);
    std::string unique(const std::string& wish);

private:
    std::string uniqueNode(const std::string& wish);
    void writeRegion(RegionId region, onnx::GraphProto& graph);
    void writeNode(const Node& node, onnx::GraphProto& graph);
    /// An If on the timestep, with the ops of that timestep that the node reads.
    void writeAtTimesteps(const Node& node, onnx::GraphProto& graph);
    std::vector<NodeId> opsBehind(const Node& node) const;
    void writeScan(const Node& node, onnx::GraphProto& graph);
    void writeCarries(const Node& node, onnx::NodeProto& scan, onnx::GraphProto& body);
    void writeSums(const Node& node, onnx::NodeProto& scan, onnx::GraphProto& body);
    size_t writeSequences(const Node& node, onnx::NodeProto& scan, onnx::GraphProto& body);

    const Graph& m_graph;
    onnx::GraphProto& m_top;
    std::map<ValueId, std::string> m_names;
    std::set<std::string> m_taken, m_takenNodes;
};

}
