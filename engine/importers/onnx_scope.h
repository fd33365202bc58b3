#pragma once

// Shared by the files that import ONNX graphs; includes protobuf, so for .cpp files only.

#include "engine/base/result.h"
#include "engine/formats/onnx.pb.h"
#include "engine/importers/imported_model.h"
#include "engine/ops/graph_builder.h"
#include "engine/passes/place_node.h"

#include <functional>
#include <map>
#include <set>
#include <string>

namespace backstep {

/// Tensor names of one ONNX graph; a body sees the names around it.
class OnnxScope
{
public:
    explicit OnnxScope(const OnnxScope* outer = nullptr) : m_outer(outer) {}
    void set(const std::string& name, ValueId value) { m_values[name] = value; }
    /// A value that is built when first asked for.
    void setLazy(const std::string& name, std::function<Value()> make)
    {
        m_lazy[name] = std::move(make);
    }
    /// The value, or kNoValue for an unknown name.
    ValueId find(const std::string& name);
    bool isOwn(const std::string& name) const { return m_values.contains(name); }
    /// A floating value that stands for an integer or boolean one wherever that is cast to floats.
    void setSoft(const std::string& name, ValueId value) { m_soft[name] = value; }
    /// The nearest one of this name; kNoValue without one.
    ValueId findSoft(const std::string& name) const;

private:
    const OnnxScope* m_outer;
    std::map<std::string, ValueId> m_values, m_soft;
    std::map<std::string, std::function<Value()>> m_lazy;
};

/// One import: the options and what is shared between graphs and bodies.
class OnnxReader
{
public:
    OnnxReader(const onnx::ModelProto& model, std::string folder, const ImportOptions& options);
    Result<ImportedModel> read();

    /// Nodes of a graph in an order that makes everything before it is read. An Error names a
    /// cycle, or a tensor that two nodes write.
    Result<std::vector<const onnx::NodeProto*>> ordered(const onnx::GraphProto& graph) const;
    Result<void> readInitializers(const onnx::GraphProto& graph, OnnxScope& scope,
                                  GraphBuilder& builder);
    Result<void> readNode(const onnx::NodeProto& node, OnnxScope& scope, GraphBuilder& builder);
    Result<Tensor> tensorIn(const onnx::TensorProto& proto) const;
    Result<Attributes> attributesOf(const onnx::NodeProto& node) const;
    /// Reads the nodes of a function of the model where it is called.
    Result<void> readCall(const onnx::FunctionProto& function, const onnx::NodeProto& call,
                          OnnxScope& scope, GraphBuilder& builder);
    Origin originOf(const onnx::NodeProto& node, const std::string& bodyLayer);
    const std::string& bodyLayer() const { return m_bodyLayer; }
    void setBodyLayer(std::string layer) { m_bodyLayer = std::move(layer); }

private:
    friend class OnnxLoopReader;
    /// The choice that names this node, else its type; null without one.
    const ForwardChoice* forwardFor(const NodeRequest& request);
    Result<void> checkForwardsUsed() const;
    Result<void> readGiven(const ForwardChoice& forward, NodeRequest request, OnnxScope& scope,
                           GraphBuilder& builder);
    Result<void> checkVersions();
    Result<void> readInputs(OnnxScope& scope, GraphBuilder& builder);
    Result<TensorType> boundType(const onnx::ValueInfoProto& input, std::vector<std::string>& axes);
    int64_t boundSize(const std::string& name);
    void readDeclaredTypes(const onnx::GraphProto& graph);
    std::optional<TensorType> declaredType(const onnx::TypeProto& type) const;
    Result<void> readOutputs(OnnxScope& scope);
    void readMetadata();
    const onnx::FunctionProto* functionFor(const onnx::NodeProto& node) const;
    std::string uniqueName(const std::string& wanted);
    std::shared_ptr<const SourceOp> sourceOpOf(const onnx::NodeProto& node);

    const onnx::ModelProto& m_model;
    std::string m_folder;
    const ImportOptions& m_options;
    ImportedModel m_result;
    std::map<std::string, TensorType> m_declared;
    std::map<std::string, int64_t> m_bound;
    std::map<std::string, int> m_names;
    std::map<std::string, std::shared_ptr<const SourceOp>> m_sourceOps; ///< by node of the source
    std::string m_commonPrefix; ///< the model's own name, which all node names start with
    std::string m_bodyLayer;    ///< layer of ops that name none, inside a body
    std::set<const ForwardChoice*> m_usedForwards;
    int64_t m_opset = 0;
    int m_callDepth = 0; ///< functions around the node at hand
};

/// Loop and Scan as a Scan region (onnx_loop.cpp, onnx_scan.cpp). An Error's code "unsupported"
/// means that the node stays as it is, with that reason; nothing was built then.
Result<void> readLoop(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                      GraphBuilder& builder);
Result<void> readScan(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                      GraphBuilder& builder);

/// The taken branch in the place of an If whose condition is known.
Result<void> readIf(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                    GraphBuilder& builder);
/// Computes a Loop whose operands are all known; false, with nothing built, for any other.
Result<bool> unrollLoop(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                        GraphBuilder& builder);

const onnx::GraphProto* bodyOf(const onnx::NodeProto& node, const std::string& attribute);
/// Names that a body reads from around it.
std::set<std::string> capturedNames(const onnx::GraphProto& body);

}
