#pragma once

#include "engine/graph/graph.h"
#include "engine/graph/id_book.h"
#include "engine/ops/registry.h"

#include <optional>
#include <string>
#include <vector>

namespace backstep {

class GraphBuilder;

/// A value under construction: arithmetic on it adds nodes. Default-made it is absent.
class Value
{
public:
    Value() = default;
    Value(GraphBuilder* builder, ValueId id) : m_builder(builder), m_id(id) {}
    ValueId id() const { return m_id; }
    bool isPresent() const { return m_id != kNoValue; }
    GraphBuilder& builder() const { return *m_builder; }
    const TensorType& type() const;
    const Shape& shape() const { return type().shape; }
    DType dtype() const { return type().dtype; }

private:
    GraphBuilder* m_builder = nullptr;
    ValueId m_id = kNoValue;
};

/// Derived ids for what differentiation builds; without one, a builder takes forward ids.
struct DerivedIds {
    IdBook* book = nullptr;
    NodeId primal = kNoNode;
    uint32_t order = 1;
    uint32_t* ordinal = nullptr; ///< counts within (region, primal)
};

/// Adds typed nodes to one region. Keeps its first error, so that a chain needs one check at its
/// end; after an error every call returns an absent value.
class GraphBuilder
{
public:
    GraphBuilder(Graph& graph, RegionId region, Origin origin = {}, DerivedIds ids = {});

    /// The op's first output.
    Value add(std::string op, std::vector<Value> inputs, Attributes attributes = {});
    std::vector<Value> addAll(OpName op, std::vector<Value> inputs, Attributes attributes,
                              size_t outputCount);
    Value helper(std::string op, std::vector<Value> inputs, Attributes attributes = {});

    Value constant(Tensor content, std::string name = {});
    /// A scalar of the dtype of `like`.
    Value scalar(double value, const Value& like);
    Value ints(const std::vector<int64_t>& values) { return constant(Tensor::ints(values)); }
    Value use(ValueId id) { return Value(this, id); }
    /// Adds a value that no node makes: an input, a carry, a weight.
    Value declare(ValueInfo info);
    NodeId addNode(Node node) { return place(std::move(node)); }

    Graph& graph() { return m_graph; }
    const Graph& graph() const { return m_graph; }
    RegionId region() const { return m_region; }
    Origin& origin() { return m_origin; }
    /// Of all ops added from now on: the timesteps at which they run; null: all (Node::onlyAt).
    void runOnlyAt(std::shared_ptr<const TimestepSet> steps) { m_onlyAt = std::move(steps); }
    const DerivedIds& derivedIds() const { return m_ids; }
    const std::optional<Error>& error() const { return m_error; }
    void fail(Error error);
    RegionId newRegion(Region region);

private:
    uint32_t derived(IdBook::Kind kind);
    NodeId place(Node node);

    Graph& m_graph;
    RegionId m_region;
    Origin m_origin;
    DerivedIds m_ids;
    std::shared_ptr<const TimestepSet> m_onlyAt;
    std::optional<Error> m_error;
};

Value operator+(const Value& a, const Value& b);
Value operator-(const Value& a, const Value& b);
Value operator*(const Value& a, const Value& b);
Value operator/(const Value& a, const Value& b);
Value operator-(const Value& a);
Value operator+(const Value& a, double b);
Value operator*(const Value& a, double b);
Value operator*(double a, const Value& b);
Value operator-(double a, const Value& b);
Value operator-(const Value& a, double b);
Value operator/(double a, const Value& b);
Value operator/(const Value& a, double b);

/// Sums `gradient` over the axes that broadcasting added or stretched, so that it has `shape`.
Value unbroadcast(const Value& gradient, const Shape& shape);
Value reshape(const Value& value, const Shape& shape);
Value transpose(const Value& value, const std::vector<int64_t>& permutation);

}
