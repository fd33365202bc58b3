// ONNX Scan as a Scan region. Other axes than 0 and mixed directions become Transpose and reversal
// outside: a region has one direction.

#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/scan_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// The attributes of a Scan node, defaults filled in.
struct ScanForm {
    size_t carries = 0, sequences = 0, stacked = 0;
    std::vector<int64_t> inputAxes, outputAxes, inputReversed, outputReversed;
};

Result<ScanForm> formOf(const onnx::NodeProto& node, const onnx::GraphProto& body,
                        const Attributes& attributes)
{
    ScanForm form;
    const int64_t sequences = attributes.integer("num_scan_inputs", 0);
    if (sequences < 1 || sequences > node.input_size())
        return Error{"unsupported",
                     fmt::format("attribute 'num_scan_inputs' is {}, but the node has "
                                 "{} inputs",
                                 sequences, node.input_size())};
    form.sequences = static_cast<size_t>(sequences);
    form.carries = static_cast<size_t>(node.input_size()) - form.sequences;
    const auto bodyOutputs = static_cast<size_t>(body.output_size());
    if (body.input_size() != node.input_size() || bodyOutputs < form.carries ||
        node.output_size() > body.output_size())
        return Error{"unsupported", "its body's inputs and outputs do not fit the node"};
    form.stacked = bodyOutputs - form.carries;
    const auto filled = [&](const char* name, size_t size) {
        std::vector<int64_t> values = attributes.integers(name);
        values.resize(size, 0);
        return values;
    };
    form.inputAxes = filled("scan_input_axes", form.sequences);
    form.outputAxes = filled("scan_output_axes", form.stacked);
    form.inputReversed = filled("scan_input_directions", form.sequences);
    form.outputReversed = filled("scan_output_directions", form.stacked);
    return form;
}

Value axisToFront(const Value& value, int64_t axis)
{
    std::vector<int64_t> permutation{axis};
    for (int64_t i = 0; i < value.shape().rank(); ++i)
        if (i != axis)
            permutation.push_back(i);
    return axis == 0 ? value : transpose(value, permutation);
}

Value frontToAxis(const Value& value, int64_t axis)
{
    std::vector<int64_t> permutation;
    for (int64_t i = 1; i < value.shape().rank(); ++i)
        permutation.push_back(i);
    permutation.insert(permutation.begin() + static_cast<std::ptrdiff_t>(axis), 0);
    return axis == 0 ? value : transpose(value, permutation);
}

Value reversed(const Value& value)
{
    GraphBuilder& b = value.builder();
    return b.add("Slice",
                 {value, b.ints({-1}), b.ints({INT64_MIN + 1}), b.ints({0}), b.ints({-1})});
}

class ScanReader
{
public:
    ScanReader(OnnxReader& reader, const onnx::NodeProto& node, const onnx::GraphProto& body,
               ScanForm form, OnnxScope& scope, GraphBuilder& builder)
        : m_reader(reader), m_node(node), m_body(body), m_form(std::move(form)), m_scope(scope),
          m_builder(builder),
          m_direction(m_form.inputReversed[0] ? Direction::Reverse : Direction::Forward)
    {}

    Result<void> read()
    {
        Result<std::vector<Value>> sequences = readSequences();
        if (!sequences)
            return sequences.takeError();
        Origin origin = m_reader.originOf(m_node, m_reader.bodyLayer());
        origin.source = "Scan";
        const std::string outerLayer = m_reader.bodyLayer();
        if (origin.layer.empty())
            origin.layer = "recurrence";
        m_reader.setBodyLayer(origin.layer);
        ScanBuilder scan(m_builder, sequences->front().shape()[0], m_direction, origin);
        OnnxScope inside(&m_scope);
        std::vector<Value> carries;
        for (size_t i = 0; i < m_form.carries; ++i) {
            const std::string& name = m_body.input(static_cast<int>(i)).name();
            carries.push_back(scan.carry(outside(i), printable(name)));
            inside.set(name, carries.back().id());
        }
        for (size_t i = 0; i < m_form.sequences; ++i) {
            const std::string& name = m_body.input(static_cast<int>(m_form.carries + i)).name();
            inside.set(name, scan.stepInput((*sequences)[i], printable(name)).id());
        }
        m_reader.readBodyTypes(m_body, m_node, 0, static_cast<int>(m_form.carries),
                               m_form.outputAxes);
        Result<void> read = m_reader.readInitializers(m_body, inside, scan.body());
        Result<std::vector<Named>> ends = std::vector<Named>();
        if (read)
            ends = m_reader.readBody(m_body, inside, scan.body());
        m_reader.setBodyLayer(outerLayer);
        if (!read || !ends)
            return read ? ends.takeError() : std::move(read);
        return close(scan, *ends, carries);
    }

    /// The timesteps one after the other, where the body cannot be the same for all.
    Result<void> unroll()
    {
        Result<std::vector<Value>> sequences = readSequences();
        if (!sequences)
            return sequences.takeError();
        OnnxScope around(&m_scope);
        if (Result<void> read = m_reader.readInitializers(m_body, around, m_builder); !read)
            return read;
        std::vector<Named> state;
        for (size_t i = 0; i < m_form.carries; ++i)
            state.push_back(m_scope.named(m_node.input(static_cast<int>(i))));
        const int64_t steps = sequences->front().shape()[0];
        if (steps == 0)
            return Error{"unsupported", "it has no timesteps"};
        std::vector<std::vector<Value>> rows(m_form.stacked);
        for (int64_t i = 0; i < steps; ++i) {
            if (!m_reader.mayUnroll(m_body.node_size()))
                return Error{"unsupported", fmt::format("it runs for more than {} timesteps", i)};
            const int64_t t = m_direction == Direction::Forward ? i : steps - 1 - i;
            OnnxScope inside(&around);
            for (size_t n = 0; n < state.size(); ++n)
                inside.set(m_body.input(static_cast<int>(n)).name(), state[n]);
            for (size_t n = 0; n < sequences->size(); ++n)
                inside.set(m_body.input(static_cast<int>(m_form.carries + n)).name(),
                           timestepOf((*sequences)[n], t).id());
            Result<std::vector<Named>> ends = m_reader.readBody(m_body, inside, m_builder);
            if (!ends)
                return ends.takeError();
            for (size_t n = 0; n < rows.size(); ++n)
                rows[n].insert(m_direction == Direction::Forward ? rows[n].end() : rows[n].begin(),
                               m_builder.use(ends->at(m_form.carries + n).value));
            ends->resize(m_form.carries);
            state = std::move(*ends);
        }
        for (int i = 0; i < m_node.output_size(); ++i) {
            const auto index = static_cast<size_t>(i);
            if (m_node.output(i).empty())
                continue;
            if (index < m_form.carries) {
                m_scope.set(m_node.output(i), state[index]);
                continue;
            }
            Result<Value> whole =
                stackedRows(m_reader, m_node, rows[index - m_form.carries], m_builder);
            if (!whole)
                return whole.takeError();
            m_scope.set(m_node.output(i), outgoing(*whole, index - m_form.carries).id());
        }
        return {};
    }

private:
    Value outside(size_t index) const
    {
        return m_builder.use(m_scope.find(m_node.input(static_cast<int>(index))));
    }

    /// The sequences with time in front, all read in the region's direction.
    Result<std::vector<Value>> readSequences()
    {
        std::vector<Value> sequences;
        for (size_t i = 0; i < m_form.sequences; ++i) {
            const Value sequence = outside(m_form.carries + i);
            Result<int> axis = normalizedAxis(m_form.inputAxes[i], sequence.shape().rank());
            if (!axis)
                return Error{"unsupported", axis.error().message};
            Value front = axisToFront(sequence, *axis);
            if ((m_form.inputReversed[i] != 0) != (m_direction == Direction::Reverse))
                front = reversed(front);
            sequences.push_back(front);
            if (front.shape()[0] != sequences.front().shape()[0])
                return Error{"unsupported",
                             fmt::format("its sequences have {} and {} timesteps",
                                         sequences.front().shape()[0], front.shape()[0])};
        }
        return sequences;
    }

    Value timestepOf(const Value& sequence, int64_t t)
    {
        const Value index = m_builder.constant(Tensor::of<int64_t>({}, {t}));
        return m_builder.add("Gather", {sequence, index}, {{"axis", int64_t{0}}});
    }

    Result<void> close(ScanBuilder& scan, const std::vector<Named>& made,
                       const std::vector<Value>& carries)
    {
        std::vector<Value> ends;
        for (const Named& each : made) {
            if (each.list)
                return Error{"unsupported", "its body gives a sequence"};
            ends.push_back(scan.body().use(each.value));
        }
        for (size_t i = 0; i < m_form.carries; ++i)
            scan.setNext(carries[i], ends[i]);
        const ScanBuilder::Results results =
            scan.close({ends.begin() + static_cast<std::ptrdiff_t>(m_form.carries), ends.end()});
        if (m_builder.error())
            return Error(*m_builder.error());
        for (int i = 0; i < m_node.output_size(); ++i) {
            const auto index = static_cast<size_t>(i);
            Value value;
            if (index < m_form.carries)
                value = results.finals[index];
            else
                value = outgoing(results.stacked[index - m_form.carries], index - m_form.carries);
            if (!m_node.output(i).empty())
                m_scope.set(m_node.output(i), value.id());
        }
        return {};
    }

    Value outgoing(Value stacked, size_t index)
    {
        if ((m_form.outputReversed[index] != 0) != (m_direction == Direction::Reverse))
            stacked = reversed(stacked);
        Result<int> axis = normalizedAxis(m_form.outputAxes[index], stacked.shape().rank());
        return axis ? frontToAxis(stacked, *axis) : stacked;
    }

    OnnxReader& m_reader;
    const onnx::NodeProto& m_node;
    const onnx::GraphProto& m_body;
    const ScanForm m_form;
    OnnxScope& m_scope;
    GraphBuilder& m_builder;
    const Direction m_direction;
};

}

Result<void> readScan(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                      GraphBuilder& builder)
{
    const onnx::GraphProto* body = bodyOf(node, "body");
    if (!body)
        return Error{"unsupported", "it has no body"};
    Result<Attributes> attributes = reader.attributesOf(node);
    if (!attributes)
        return attributes.takeError();
    Result<ScanForm> form = formOf(node, *body, *attributes);
    if (!form)
        return form.takeError();
    for (const std::string& input : node.input())
        if (scope.find(input) == kNoValue)
            return Error{
                "unsupported",
                fmt::format("it reads '{}', which nothing in the file defines", printable(input))};
    if (builder.graph().depth(builder.region()) >= TimestepPath::kMaxDepth)
        return Error{"unsupported", "it is nested too deeply"};
    ScanReader scan(reader, node, *body, std::move(*form), scope, builder);
    const OnnxReader::Mark before = reader.mark(scope);
    Result<void> asScan = scan.read();
    if (reader.lacking() == before.lacking || (!asScan && asScan.error().code != "unsupported"))
        return asScan;
    const OnnxReader::Mark scanned = reader.mark(scope);
    reader.takeBack(before, scope);
    Result<void> unrolled = scan.unroll();
    if (unrolled && reader.lacking() == before.lacking)
        return unrolled;
    reader.takeBack(scanned, scope);
    return asScan;
}

}
