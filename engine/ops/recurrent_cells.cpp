#include "engine/ops/recurrent_cells.h"

#include "engine/ops/scan_builder.h"

#include <functional>

namespace backstep {

namespace {

// Legend: x [B, I] this timestep's input; h, c [B, H] carries; Wt [I, gH], Rt [H, gH] weights
// transposed; b [gH] both biases; g gates a cell.

enum InputPort { X, W, R, B, SequenceLens, InitialH, InitialC, P };

Value at(std::span<const Value> inputs, size_t index)
{
    return index < inputs.size() ? inputs[index] : Value();
}

/// Builds nodes under names such as "lstm/input_gate".
class Named
{
public:
    Named(GraphBuilder& builder, std::string prefix)
        : m_builder(builder), m_prefix(std::move(prefix))
    {}
    Value operator()(const std::string& role, std::string op, std::vector<Value> inputs,
                     Attributes attributes = {})
    {
        m_builder.origin().name = m_prefix + "/" + role;
        return m_builder.add(std::move(op), std::move(inputs), std::move(attributes));
    }
    /// f of a gate's sum, which is limited before (attribute clip).
    Value activated(const std::string& role, const Activation& f, Value z)
    {
        m_builder.origin().name = m_prefix + "/" + role;
        if (m_clip > 0)
            z = m_builder.add("Clip",
                              {z, m_builder.scalar(-m_clip, z), m_builder.scalar(m_clip, z)});
        if (f.name == "Affine")
            return z * f.alpha + f.beta;
        if (f.name == "ScaledTanh")
            return m_builder.add("Tanh", {z * f.beta}) * f.alpha;
        if (f.name == "Tanh" || f.name == "Sigmoid" || f.name == "Relu")
            return m_builder.add(f.name, {z});
        return m_builder.add(f.name, {z}, {{"alpha", f.alpha}, {"beta", f.beta}});
    }
    void setClip(double clip) { m_clip = clip; }
    std::vector<Value> split(const std::string& role, const Value& value, size_t parts,
                             int64_t axis = 1)
    {
        m_builder.origin().name = m_prefix + "/" + role;
        return m_builder.addAll({"Split"}, {value}, {{"axis", axis}}, parts);
    }

private:
    GraphBuilder& m_builder;
    std::string m_prefix;
    double m_clip = 0;
};

/// The slice of one direction, without the axis of directions.
Value directionOf(Named& make, GraphBuilder& b, const Value& all, int64_t index, int64_t directions,
                  const std::string& role)
{
    if (!all.isPresent())
        return all;
    Value own = all;
    if (directions > 1)
        own = make(role + "_direction", "Slice",
                   {all, b.ints({index}), b.ints({index + 1}), b.ints({0})});
    return make(role + "_matrix", "Squeeze", {own, b.ints({0})});
}

struct Weights {
    Value wt, rt, wb, rb; ///< biases absent without B
    Value p;              ///< [3H], peepholes of the gates i, o, f; absent without P
};

Weights weightsOf(Named& make, GraphBuilder& b, std::span<const Value> in, int64_t index,
                  int64_t directions)
{
    Weights w;
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

/// x Wt + b
Value project(Named& make, const std::string& role, const Value& x, const Value& wt, const Value& b)
{
    return b.isPresent() ? make(role, "Gemm", {x, wt, b}) : make(role, "MatMul", {x, wt});
}

struct CellInput {
    Value x;
    std::vector<Value> carries;
};
/// From this timestep's input and carries to the next carries; the first one is the output.
using Cell = std::function<std::vector<Value>(Named&, GraphBuilder&, const CellInput&)>;

struct Layer {
    const Node& node;
    const RecurrentForm& form;
    std::span<const Value> in;
    size_t carryCount;
};

Value initialState(Named& make, GraphBuilder& b, const Layer& layer, size_t carry, int64_t index)
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
    Named outside(b, name);
    std::vector<Value> initials;
    for (size_t i = 0; i < layer.carryCount; ++i)
        initials.push_back(initialState(outside, b, layer, i, index));
    Origin origin = layer.node.origin;
    origin.name = name;
    ScanBuilder scan(b, layer.in[X].shape()[0], isReverse ? Direction::Reverse : Direction::Forward,
                     origin);
    GraphBuilder& body = scan.body();
    body.origin() = origin;
    Named inside(body, name);
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
    Named make(b, layer.node.origin.name);
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

using CellFor = std::function<Cell(const Weights&, std::span<const Activation> activations)>;

Result<std::vector<Value>> expandLayer(GraphBuilder& b, const Node& node,
                                       std::span<const Value> inputs, int gates, size_t carryCount,
                                       const std::function<CellFor(const RecurrentForm&)>& makeCell)
{
    Result<RecurrentForm> form = recurrentForm(node.attributes, gates, inputs[R].shape());
    if (!form)
        return form.takeError();
    std::vector<Value> timeFirst(inputs.begin(), inputs.end());
    if (form->batchFirst) {
        Named make(b, node.origin.name);
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
        Named make(b, node.origin.name + (index == 1 ? "/backward" : ""));
        const Weights weights = weightsOf(make, b, inputs, index, form->directions);
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

/// Both biases as one, added outside the Scan.
Value bothBiases(GraphBuilder& b, const Weights& w)
{
    return w.wb.isPresent() ? b.add("Add", {w.wb, w.rb}) : Value();
}

}

Result<std::vector<Value>> expandRnn(GraphBuilder& b, const Node& node,
                                     std::span<const Value> inputs)
{
    return expandLayer(b, node, inputs, 1, 1, [&](const RecurrentForm&) -> CellFor {
        return [&](const Weights& w, std::span<const Activation> act) -> Cell {
            const Value bias = bothBiases(b, w);
            return [w, bias, f = act[0]](Named& make, GraphBuilder&, const CellInput& in) {
                const Value z =
                    make("recurrent", "Gemm",
                         {in.carries[0], w.rt, project(make, "input", in.x, w.wt, bias)});
                return std::vector<Value>{make.activated("h", f, z)};
            };
        };
    });
}

// ONNX LSTM, gates in the order i, o, f, c:
//   i = s(.), o = s(.), f = s(.), g = tanh(.); c' = f * c + i * g; h' = o * tanh(c')
Result<std::vector<Value>> expandLstm(GraphBuilder& b, const Node& node,
                                      std::span<const Value> inputs)
{
    return expandLayer(b, node, inputs, 4, 2, [&](const RecurrentForm& form) -> CellFor {
        const bool inputForget = form.inputForget;
        return [&b, &node, inputForget](const Weights& w, std::span<const Activation> act) -> Cell {
            const Value bias = bothBiases(b, w);
            std::vector<Value> peepholes;
            if (w.p.isPresent())
                peepholes = Named(b, node.origin.name).split("peepholes", w.p, 3, 0);
            return [w, bias, act, peepholes, inputForget](Named& make, GraphBuilder&,
                                                          const CellInput& in) {
                const Value z =
                    make("recurrent", "Gemm",
                         {in.carries[0], w.rt, project(make, "input", in.x, w.wt, bias)});
                const std::vector<Value> gates = make.split("gates", z, 4);
                if (gates.empty())
                    return std::vector<Value>{};
                // A peephole lets a gate see the cell state: that before for i and f, the new for
                // o.
                const auto seeing = [&](size_t gate, size_t hole, const Value& state) {
                    return peepholes.empty()
                               ? gates[gate]
                               : gates[gate] + make("peephole", "Mul", {peepholes[hole], state});
                };
                const Value before = in.carries[1];
                const Value i = make.activated("input_gate", act[0], seeing(0, 0, before));
                const Value f = inputForget
                                    ? make("forget_gate", "Sub", {i.builder().scalar(1, i), i})
                                    : make.activated("forget_gate", act[0], seeing(2, 2, before));
                const Value g = make.activated("candidate", act[1], gates[3]);
                const Value kept = make("keep", "Mul", {f, before});
                const Value added = make("update", "Mul", {i, g});
                const Value c = make("c", "Add", {kept, added});
                const Value o = make.activated("output_gate", act[0], seeing(1, 1, c));
                Named plain = make; // the cell state is not limited
                plain.setClip(0);
                const Value h = make("h", "Mul", {o, plain.activated("squash", act[2], c)});
                return std::vector<Value>{h, c};
            };
        };
    });
}

// ONNX GRU, gates in the order z, r, h:
//   z = s(.), r = s(.), g = tanh(x W' + Wb + r * (h R' + Rb))   linear_before_reset = 1
//                       g = tanh(x W' + Wb + (r * h) R' + Rb)   linear_before_reset = 0
//   h' = (1 - z) * g + z * h
Result<std::vector<Value>> expandGru(GraphBuilder& b, const Node& node,
                                     std::span<const Value> inputs)
{
    return expandLayer(b, node, inputs, 3, 1, [&](const RecurrentForm& form) -> CellFor {
        const int64_t H = form.hidden;
        const bool linearFirst = form.linearBeforeReset;
        return [&b, &node, H, linearFirst](const Weights& w,
                                           std::span<const Activation> act) -> Cell {
            Named outside(b, node.origin.name);
            const auto part = [&](const Value& v, int64_t from, int64_t to, int64_t axis,
                                  const std::string& role) {
                return v.isPresent() ? outside(role, "Slice",
                                               {v, b.ints({from}), b.ints({to}), b.ints({axis})})
                                     : Value();
            };
            const Value rGates = part(w.rt, 0, 2 * H, 1, "R_gates");
            const Value rCandidate = part(w.rt, 2 * H, 3 * H, 1, "R_candidate");
            const Value rbGates = part(w.rb, 0, 2 * H, 0, "Rb_gates");
            const Value rbCandidate = part(w.rb, 2 * H, 3 * H, 0, "Rb_candidate");
            return [=](Named& make, GraphBuilder& body, const CellInput& in) {
                const Value h = in.carries[0];
                const Value fromX = project(make, "input", in.x, w.wt, w.wb);
                const auto columns = [&](const std::string& role, int64_t from, int64_t to) {
                    return make(role, "Slice",
                                {fromX, body.ints({from}), body.ints({to}), body.ints({1})});
                };
                const Value gatesX = columns("gates_input", 0, 2 * H);
                const Value candidateX = columns("candidate_input", 2 * H, 3 * H);
                const Value fromH = project(make, "recurrent", h, rGates, rbGates);
                const std::vector<Value> gates =
                    make.split("gates", make("gates_sum", "Add", {gatesX, fromH}), 2);
                if (gates.empty())
                    return std::vector<Value>{};
                const Value z = make.activated("update_gate", act[0], gates[0]);
                const Value r = make.activated("reset_gate", act[0], gates[1]);
                Value reset;
                if (linearFirst)
                    reset =
                        make("reset", "Mul",
                             {r, project(make, "recurrent_candidate", h, rCandidate, rbCandidate)});
                else
                    reset = project(make, "recurrent_candidate", make("reset", "Mul", {r, h}),
                                    rCandidate, rbCandidate);
                const Value g = make.activated("candidate", act[1],
                                               make("candidate_sum", "Add", {candidateX, reset}));
                const Value one = body.scalar(1, z);
                const Value fresh = make("fresh", "Mul", {make("1-z", "Sub", {one, z}), g});
                const Value kept = make("keep", "Mul", {z, h});
                return std::vector<Value>{make("h", "Add", {fresh, kept})};
            };
        };
    });
}

}
