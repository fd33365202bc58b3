// The iterations of a Loop one after the other: where everything is known, so that they fold, or
// where the body cannot be the same for all (a branch, a size or a sequence that changes).

#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

Error unsupported(std::string why)
{
    return {"unsupported", std::move(why)};
}

class LoopUnroller
{
public:
    LoopUnroller(OnnxReader& reader, const onnx::NodeProto& node, const onnx::GraphProto& body,
                 OnnxScope& scope, GraphBuilder& builder)
        : m_reader(reader), m_node(node), m_body(body), m_scope(scope), m_builder(builder),
          m_carries(static_cast<size_t>(node.input_size()) - 2),
          m_rows(static_cast<size_t>(body.output_size()) - 1 - m_carries)
    {}

    Result<int64_t> read()
    {
        Result<int64_t> limit = numberOf(m_node.input(0), INT64_MAX);
        Result<int64_t> goesOn = numberOf(m_node.input(1), 1);
        if (!limit || !goesOn)
            return limit ? goesOn.takeError() : limit.takeError();
        OnnxScope around(&m_scope); // the body's own weights are the same for all iterations
        if (Result<void> read = m_reader.readInitializers(m_body, around, m_builder); !read)
            return read.takeError();
        for (size_t i = 0; i < m_carries; ++i)
            m_state.push_back(m_scope.named(m_node.input(static_cast<int>(i) + 2)));
        int64_t iteration = 0;
        for (; *goesOn != 0 && iteration < *limit; ++iteration) {
            if (!m_reader.mayUnroll(m_body.node_size()))
                return unsupported(fmt::format("it runs for more than {} iterations", iteration));
            goesOn = iterate(iteration, around);
            if (!goesOn)
                return goesOn.takeError();
        }
        if (iteration == 0 && !m_rows.empty())
            return unsupported("it has no iteration that its stacked results could be taken from");
        if (Result<void> closed = close(); !closed)
            return closed.takeError();
        return iteration;
    }

private:
    Result<int64_t> numberOf(const std::string& name, int64_t otherwise)
    {
        if (name.empty())
            return otherwise;
        return scalar(m_scope.find(name));
    }

    Result<int64_t> scalar(ValueId value)
    {
        Result<Tensor> known = m_reader.known(m_builder.graph(), value);
        if (!known)
            return known.takeError();
        if (known->count() != 1)
            return unsupported("its trip count or condition is no scalar");
        return known->integer(0);
    }

    /// One iteration; whether another one follows.
    Result<int64_t> iterate(int64_t iteration, const OnnxScope& around)
    {
        OnnxScope inside(&around);
        inside.set(m_body.input(0).name(),
                   m_builder.constant(Tensor::of<int64_t>({}, {iteration})).id());
        inside.set(m_body.input(1).name(),
                   m_builder.constant(Tensor::of<bool>({}, std::vector<bool>{true})).id());
        for (size_t i = 0; i < m_carries; ++i)
            inside.set(m_body.input(static_cast<int>(i) + 2).name(), m_state[i]);
        Result<std::vector<Named>> made = m_reader.readBody(m_body, inside, m_builder);
        if (!made)
            return made.takeError();
        std::copy_n(made->begin() + 1, m_carries, m_state.begin());
        for (size_t i = 0; i < m_rows.size(); ++i) {
            const Named& row = made->at(1 + m_carries + i);
            if (row.list)
                return unsupported("it stacks sequences");
            m_rows[i].push_back(m_builder.use(row.value));
        }
        return scalar(made->front().value);
    }

    Result<void> close()
    {
        for (int i = 0; i < m_node.output_size(); ++i) {
            const auto index = static_cast<size_t>(i);
            const std::string& name = m_node.output(i);
            if (name.empty())
                continue;
            if (index < m_carries) {
                m_scope.set(name, m_state[index]);
                continue;
            }
            Result<Value> whole =
                stackedRows(m_reader, m_node, m_rows[index - m_carries], m_builder);
            if (!whole)
                return whole.takeError();
            m_scope.set(name, whole->id());
        }
        return {};
    }

    OnnxReader& m_reader;
    const onnx::NodeProto& m_node;
    const onnx::GraphProto& m_body;
    OnnxScope& m_scope;
    GraphBuilder& m_builder;
    const size_t m_carries;
    std::vector<Named> m_state;
    std::vector<std::vector<Value>> m_rows;
};

}

bool OnnxReader::mayUnroll(int64_t nodes)
{
    constexpr int64_t most = 100'000;
    constexpr int64_t copied = 256; // values of the graph that are copied as quickly as one is read
    m_unrolledNodes += 1 + nodes + number(m_result.graph.nextValueId()) / copied;
    return m_unrolledNodes < most;
}

Result<Value> stackedRows(OnnxReader& reader, const onnx::NodeProto& node,
                          const std::vector<Value>& rows, GraphBuilder& builder)
{
    NodeRequest joined;
    joined.op = {"Concat"};
    joined.attributes = {{"axis", int64_t{0}}};
    joined.outputs = {"stacked"};
    for (const Value& row : rows) {
        if (!(row.type() == rows.front().type()) || row.shape().rank() == kMaxRank)
            return unsupported("its iterations give results of different or too many sizes");
        NodeRequest raised;
        raised.op = {"Unsqueeze"};
        raised.inputs = {row, builder.ints({0})};
        raised.outputs = {"row"};
        raised.origin = reader.originOf(node, reader.bodyLayer());
        joined.inputs.push_back(placeNode(builder, std::move(raised)).front());
    }
    joined.origin = reader.originOf(node, reader.bodyLayer());
    return placeNode(builder, std::move(joined)).front();
}

bool isKnown(const onnx::NodeProto& node, const onnx::GraphProto& body, OnnxScope& scope,
             const Graph& graph)
{
    std::set<std::string> names = capturedNames(body);
    names.insert(node.input().begin(), node.input().end());
    names.erase("");
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        if (scope.list(name))
            return false;
        const ValueId value = scope.find(name);
        return value != kNoValue && graph.value(value).kind == ValueKind::Constant;
    });
}

Result<int64_t> unrollLoop(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                           GraphBuilder& builder)
{
    const onnx::GraphProto* body = bodyOf(node, "body");
    if (!body || node.input_size() < 2 || body->input_size() != node.input_size() ||
        body->output_size() < node.input_size() - 1 || node.output_size() > body->output_size() - 1)
        return unsupported("its body's inputs and outputs do not fit the node");
    return LoopUnroller(reader, node, *body, scope, builder).read();
}

}
