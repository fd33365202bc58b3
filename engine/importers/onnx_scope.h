#pragma once

// Shared by the files that import ONNX graphs; includes protobuf, so for .cpp files only.

#include "engine/base/result.h"
#include "engine/formats/onnx.pb.h"
#include "engine/importers/imported_model.h"
#include "engine/ops/graph_builder.h"
#include "engine/passes/place_node.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace backstep {

/// What a name stands for: a value, or a sequence, which is a list of values while a model is read.
struct Named {
    ValueId value = kNoValue;
    std::optional<std::vector<ValueId>> list = {};
};

/// Tensor names of one ONNX graph; a body sees the names around it.
class OnnxScope
{
public:
    explicit OnnxScope(const OnnxScope* outer = nullptr) : m_outer(outer) {}
    void set(const std::string& name, ValueId value) { m_values[name] = value; }
    void setList(const std::string& name, std::vector<ValueId> list)
    {
        m_lists[name] = std::move(list);
    }
    void set(const std::string& name, Named named)
    {
        if (named.list)
            setList(name, std::move(*named.list));
        else
            set(name, named.value);
    }
    /// The list that the name stands for, or null.
    const std::vector<ValueId>* list(const std::string& name) const;
    Named named(const std::string& name);
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
    /// What this scope and those around it hold, for taking back what was read since.
    struct Level {
        std::map<std::string, ValueId> values, soft;
        std::map<std::string, std::vector<ValueId>> lists;
    };
    using Contents = std::vector<Level>;
    Contents contents() const;
    void setContents(const Contents& contents);

private:
    const OnnxScope* m_outer;
    std::map<std::string, ValueId> m_values, m_soft;
    std::map<std::string, std::vector<ValueId>> m_lists;
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
    void widen(const onnx::NodeProto& node, Attributes& attributes) const;
    bool isIgnoredCast(const onnx::NodeProto& node, const NodeRequest& request) const;
    /// Reads the nodes of a body whose inputs and initializers `inside` names; what its outputs
    /// stand for.
    Result<std::vector<Named>> readBody(const onnx::GraphProto& body, OnnxScope& inside,
                                        GraphBuilder& builder);
    /// The content of a constant, else the value on the data at hand. An Error "unsupported" where
    /// only a run could tell; then `lacking` has grown.
    Result<Tensor> known(const Graph& graph, ValueId value);
    /// How often something was left as it is because only data could tell.
    int lacking() const { return m_lacking; }
    /// Notes the types that a file states inside a body, for ops whose own rules give none: those of
    /// the body, and of the node's outputs, which are the body's from `first` on; past the
    /// `carries`, they have an axis of iterations more (`axes`; 0 where it names none).
    void readBodyTypes(const onnx::GraphProto& body, const onnx::NodeProto& node, int first,
                       int carries, const std::vector<int64_t>& axes = {});
    /// To take back what was read since, where it turned out to be the wrong way.
    struct Mark {
        Graph graph;
        OnnxScope::Contents scope;
        std::map<std::string, int> names;
        std::vector<std::string> assumptions;
        int lacking;
    };
    Mark mark(const OnnxScope& scope) const
    {
        return {m_result.graph, scope.contents(), m_names, m_result.assumptions, m_lacking};
    }
    void takeBack(const Mark& mark, OnnxScope& scope);
    /// Only data could tell, and `known` was not asked.
    void lack() { ++m_lacking; }
    /// Says what was read only because the data are as they are; once, whatever is unrolled.
    void assume(std::string sentence);
    /// Reads the nodes of a function of the model where it is called.
    Result<void> readCall(const onnx::FunctionProto& function, const onnx::NodeProto& call,
                          OnnxScope& scope, GraphBuilder& builder);
    /// Reads once more what makes the tensor `y` of the model's own graph, with what `inside` says
    /// that the variables are.
    Result<void> readAgain(const std::string& y, const std::vector<std::string>& variables,
                           OnnxScope& inside, GraphBuilder& builder);
    Origin originOf(const onnx::NodeProto& node, const std::string& bodyLayer);
    const std::string& bodyLayer() const { return m_bodyLayer; }
    void setBodyLayer(std::string layer) { m_bodyLayer = std::move(layer); }
    /// Takes nodes from what may be read more than once or differentiated in one import; false when
    /// that is used up: a file of a few bytes must not keep us busy for hours.
    bool mayUnroll(int64_t nodes);
    /// What nodes that name no op of the source are made of; null: of none.
    void setSourceOp(std::shared_ptr<const SourceOp> op) { m_sourceOp = std::move(op); }

private:
    friend class OnnxLoopReader;
    ValueId valueOf(const std::string& name, OnnxScope& scope, GraphBuilder& builder);
    void settleByData(NodeRequest& request, GraphBuilder& builder);
    bool settleOperands(NodeRequest& request, GraphBuilder& builder);
    bool settleResults(NodeRequest& request, GraphBuilder& builder);
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
    Result<void> readOutputs(OnnxScope& scope, GraphBuilder& builder);
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
    std::shared_ptr<const SourceOp> m_sourceOp;
    std::string m_commonPrefix; ///< the model's own name, which all node names start with
    std::string m_bodyLayer;    ///< layer of ops that name none, inside a body
    std::set<const ForwardChoice*> m_usedForwards;
    int64_t m_opset = 0;
    int m_callDepth = 0; ///< functions around the node at hand
    int m_lacking = 0;
    int64_t m_unrolledNodes = 0;
};

/// Loop and Scan as a Scan region (onnx_loop.cpp, onnx_scan.cpp). An Error's code "unsupported"
/// means that the node stays as it is, with that reason; nothing was built then.
Result<void> readLoop(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                      GraphBuilder& builder);
Result<void> readScan(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                      GraphBuilder& builder);

/// Gradient of the training domain: the derivatives of a tensor of the graph as ops in its place
/// (onnx_gradient.cpp). An Error as above.
Result<void> readGradient(OnnxReader& reader, const onnx::NodeProto& node,
                          const Attributes& attributes, OnnxScope& scope, GraphBuilder& builder);
inline constexpr std::string_view kTrainingDomain = "ai.onnx.preview.training";

/// True for a Scan that is written as in opset 8: its operands have a batch axis before time.
bool hasBatchAxis(const onnx::NodeProto& scan, int64_t opset);
/// Such a one as two of opset 9: one over the samples, in it one over the timesteps
/// (onnx_batched_scan.cpp). An Error as above.
Result<void> readBatchedScan(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                             GraphBuilder& builder);

/// The taken branch in the place of an If whose condition is known, by itself or by the data at
/// hand (then a Branch op keeps what the other one reads, SEMANTICS R10).
Result<void> readIf(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                    GraphBuilder& builder);

/// The iterations of a Loop or Scan one after the other, in the place of the node: where its course
/// is known, and its body cannot be one that is the same for every timestep. The number of
/// iterations; an Error "unsupported" says why it cannot be done, and the graph must be taken back.
Result<int64_t> unrollLoop(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                           GraphBuilder& builder);
/// One result of all iterations along a new first axis. An Error "unsupported" where their sizes
/// differ.
Result<Value> stackedRows(OnnxReader& reader, const onnx::NodeProto& node,
                          const std::vector<Value>& rows, GraphBuilder& builder);
/// Everything that the node and its body read is a constant.
bool isKnown(const onnx::NodeProto& node, const onnx::GraphProto& body, OnnxScope& scope,
             const Graph& graph);

/// Ops on sequences and optionals that hold more than constants: their results are lists of values.
/// False, with nothing done, for any other node.
Result<bool> readSequenceOp(OnnxReader& reader, const onnx::NodeProto& node,
                            const NodeRequest& request, OnnxScope& scope, GraphBuilder& builder);

/// Everything that a node reads: inputs, what its bodies read from outside, and what attributes of
/// a Gradient name.
std::vector<std::string> readsOf(const onnx::NodeProto& node);
const onnx::GraphProto* bodyOf(const onnx::NodeProto& node, const std::string& attribute);
/// Names that a body reads from around it.
std::set<std::string> capturedNames(const onnx::GraphProto& body);

}
