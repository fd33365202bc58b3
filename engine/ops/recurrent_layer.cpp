#include "engine/ops/recurrent_layer.h"

#include "engine/ops/scan_builder.h"

namespace backstep {

bool isRecurrentLayer(const OpName& op)
{
    return op.domain.empty() && isRecurrentLayer(op.type);
}

bool isRecurrentLayer(std::string_view type)
{
    return type == "RNN" || type == "GRU" || type == "LSTM";
}

namespace {

enum InputPort { X, W, R, B, SequenceLens, InitialH, InitialC, P };

Value at(std::span<const Value> inputs, size_t index)
{
    return index < inputs.size() ? inputs[index] : Value();
}

/// The slice of one direction, without the axis of directions.
Value directionOf(NamedBuilder& make, GraphBuilder& b, const Value& all, int64_t index,
                  int64_t directions, const std::string& role)
{
    if (!all.isPresent())
        return all;
    Value own = all;
    if (directions > 1)
        own = make(role + "_direction", "Slice",
                   {all, b.ints({index}), b.ints({index + 1}), b.ints({0})});
    return make(role + "_matrix", "Squeeze", {own, b.ints({0})});
}

CellWeights weightsOf(NamedBuilder& make, GraphBuilder& b, std::span<const Value> in, int64_t index,
                      int64_t directions)
{
    CellWeights w;
    w.wt = make("W_transposed", "Transpose", {directionOf(make, b, in[W], index, directions, "W")},
                {{"perm", std::vector<int64_t>{1, 0}}});
    w.rt = make("R_transposed", "Transpose", {directionOf(make, b, in[R], index, directions, "R")},
                {{"perm", std::vector<int64_t>{1, 0}}});
    w.p = directionOf(make, b, at(in, P), index, directions, "P");
    const Value bias = directionOf(make, b, at(in, B), index, directions, "B");
    if (!bias.isPresent())
        return w;
    const int64_t half = bias.shape()[0] / 2;
    w.wb = make("Wb", "Slice", {bias, b.ints({0}), b.ints({half}), b.ints({0})});
    w.rb = make("Rb", "Slice", {bias, b.ints({half}), b.ints({2 * half}), b.ints({0})});
    return w;
}

struct Layer {
    const Node& node;
    const RecurrentForm& form;
    std::span<const Value> in;
    size_t carryCount;
};

Value initialState(NamedBuilder& make, GraphBuilder& b, const Layer& layer, size_t carry,
                   int64_t index)
{
    const Value given = at(layer.in, carry == 0 ? InitialH : InitialC);
    if (given.isPresent())
        return directionOf(make, b, given, index, layer.form.directions,
                           carry == 0 ? "initial_h" : "initial_c");
    const TensorType type{layer.in[X].dtype(), {layer.in[X].shape()[1], layer.form.hidden}};
    return b.constant(Tensor(type), carry == 0 ? "h0" : "c0");
}

/// One direction as a Scan. Padding is a Where on carries and outputs, and padded x is replaced by
/// zeros before the cell, so that no NaN in it can reach a gradient (SEMANTICS R9).
ScanBuilder::Results scanDirection(GraphBuilder& b, const Layer& layer, int64_t index,
                                   bool isReverse, const Cell& cell)
{
    const std::string name = layer.node.origin.name + (layer.form.directions == 1 ? ""
                                                       : isReverse                ? "/backward"
                                                                                  : "/forward");
    NamedBuilder outside(b, name);
    std::vector<Value> initials;
    for (size_t i = 0; i < layer.carryCount; ++i)
        initials.push_back(initialState(outside, b, layer, i, index));
    Origin origin = layer.node.origin;
    origin.name = name;
    ScanBuilder scan(b, layer.in[X].shape()[0], isReverse ? Direction::Reverse : Direction::Forward,
                     origin);
    GraphBuilder& body = scan.body();
    body.origin() = origin;
    NamedBuilder inside(body, name);
    inside.setClip(layer.form.clip);
    CellInput input;
    for (size_t i = 0; i < initials.size(); ++i)
        input.carries.push_back(scan.carry(initials[i], i == 0 ? "h" : "c"));
    input.x = scan.stepInput(layer.in[X], "x");
    const Value lengths = at(layer.in, SequenceLens);
    if (!lengths.isPresent()) {
        const std::vector<Value> next = cell(inside, body, input);
        for (size_t i = 0; i < next.size(); ++i)
            scan.setNext(input.carries[i], next[i]);
        return scan.close({next.empty() ? Value() : next[0]});
    }
    const Value t =
        inside("timestep", "Cast", {scan.timestep()}, {{"to", static_cast<int64_t>(DType::Int32)}});
    const Value isReal = inside("is_real", "Less", {t, lengths});
    const Value mask = inside("mask", "Unsqueeze", {isReal, body.ints({1})});
    input.x = inside("mask_input", "Where", {mask, input.x, body.scalar(0, input.x)});
    const std::vector<Value> next = cell(inside, body, input);
    for (size_t i = 0; i < next.size(); ++i)
        scan.setNext(input.carries[i], inside(i == 0 ? "mask_h" : "mask_c", "Where",
                                              {mask, next[i], input.carries[i]}));
    if (next.empty())
        return scan.close({});
    return scan.close({inside("mask_output", "Where", {mask, next[0], body.scalar(0, next[0])})});
}

/// Y, Y_h (and Y_c) from the directions' Scans.
std::vector<Value> joined(GraphBuilder& b, const Layer& layer,
                          const std::vector<ScanBuilder::Results>& scans)
{
    NamedBuilder make(b, layer.node.origin.name);
    const auto join = [&](const std::string& role, std::vector<Value> parts, int64_t axis) {
        for (Value& part : parts)
            part = make(role, "Unsqueeze", {part, b.ints({axis})});
        return parts.size() == 1 ? parts[0]
                                 : make(role + "_joined", "Concat", parts, {{"axis", axis}});
    };
    std::vector<Value> stacked;
    for (const ScanBuilder::Results& scan : scans)
        stacked.push_back(scan.stacked[0]);
    std::vector<Value> outputs{join("Y", stacked, 1)};
    for (size_t i = 0; i < layer.carryCount; ++i) {
        std::vector<Value> finals;
        for (const ScanBuilder::Results& scan : scans)
            finals.push_back(scan.finals[i]);
        outputs.push_back(join(i == 0 ? "Y_h" : "Y_c", finals, 0));
    }
    if (layer.form.batchFirst) {
        outputs[0] = make("Y_batch_first", "Transpose", {outputs[0]},
                          {{"perm", std::vector<int64_t>{2, 0, 1, 3}}});
        for (size_t i = 1; i < outputs.size(); ++i)
            outputs[i] = make(i == 1 ? "Y_h_batch_first" : "Y_c_batch_first", "Transpose",
                              {outputs[i]}, {{"perm", std::vector<int64_t>{1, 0, 2}}});
    }
    return outputs;
}

}

Value NamedBuilder::operator()(const std::string& role, std::string op, std::vector<Value> inputs,
                               Attributes attributes)
{
    m_builder.origin().name = m_prefix + "/" + role;
    return m_builder.add(std::move(op), std::move(inputs), std::move(attributes));
}

Value NamedBuilder::activated(const std::string& role, const Activation& f, Value z)
{
    m_builder.origin().name = m_prefix + "/" + role;
    if (m_clip > 0)
        z = m_builder.add("Clip", {z, m_builder.scalar(-m_clip, z), m_builder.scalar(m_clip, z)});
    if (f.name == "Affine")
        return z * f.alpha + f.beta;
    if (f.name == "ScaledTanh")
        return m_builder.add("Tanh", {z * f.beta}) * f.alpha;
    if (f.name == "Tanh" || f.name == "Sigmoid" || f.name == "Relu")
        return m_builder.add(f.name, {z});
    return m_builder.add(f.name, {z}, {{"alpha", f.alpha}, {"beta", f.beta}});
}

std::vector<Value> NamedBuilder::split(const std::string& role, const Value& value, size_t parts,
                                       int64_t axis)
{
    m_builder.origin().name = m_prefix + "/" + role;
    return m_builder.addAll({"Split"}, {value}, {{"axis", axis}}, parts);
}

std::vector<Value> NamedBuilder::splitAt(const std::string& role, const Value& value,
                                         const Value& sizes)
{
    m_builder.origin().name = m_prefix + "/" + role;
    return m_builder.addAll({"Split"}, {value, sizes}, {{"axis", int64_t{1}}},
                            static_cast<size_t>(sizes.shape().count()));
}

Value project(NamedBuilder& make, const std::string& role, const Value& x, const Value& wt,
              const Value& b)
{
    return b.isPresent() ? make(role, "Gemm", {x, wt, b}) : make(role, "MatMul", {x, wt});
}

Value bothBiases(GraphBuilder& b, const CellWeights& w)
{
    return w.wb.isPresent() ? b.add("Add", {w.wb, w.rb}) : Value();
}

Result<std::vector<Value>> expandLayer(GraphBuilder& b, const Node& node,
                                       std::span<const Value> inputs, int gates, size_t carryCount,
                                       const std::function<CellFor(const RecurrentForm&)>& makeCell)
{
    Result<RecurrentForm> form = recurrentForm(node.attributes, gates, inputs[R].shape());
    if (!form)
        return form.takeError();
    std::vector<Value> timeFirst(inputs.begin(), inputs.end());
    if (form->batchFirst) {
        NamedBuilder make(b, node.origin.name);
        for (size_t port : {size_t{X}, size_t{InitialH}, size_t{InitialC}})
            if (at(inputs, port).isPresent())
                timeFirst[port] = make("time_first", "Transpose", {timeFirst[port]},
                                       {{"perm", std::vector<int64_t>{1, 0, 2}}});
    }
    const Layer layer{node, *form, timeFirst, carryCount};
    const size_t perDirection = form->activations.size() / static_cast<size_t>(form->directions);
    std::vector<ScanBuilder::Results> scans;
    for (int64_t index = 0; index < form->directions; ++index) {
        const bool isReverse = form->direction == "reverse" || index == 1;
        NamedBuilder make(b, node.origin.name + (index == 1 ? "/backward" : ""));
        const CellWeights weights = weightsOf(make, b, inputs, index, form->directions);
        const std::span<const Activation> activations(
            form->activations.data() + static_cast<size_t>(index) * perDirection, perDirection);
        scans.push_back(
            scanDirection(b, layer, index, isReverse, makeCell(*form)(weights, activations)));
        if (b.error())
            return Error(*b.error());
    }
    std::vector<Value> outputs = joined(b, layer, scans);
    if (b.error())
        return Error(*b.error());
    return outputs;
}

}
