#include "engine/ops/recurrent_layer.h"

namespace backstep {

Result<std::vector<Value>> expandRnn(GraphBuilder& b, const Node& node,
                                     std::span<const Value> inputs)
{
    return expandLayer(b, node, inputs, 1, 1, [&](const RecurrentForm&) -> CellFor {
        return [&](const CellWeights& w, std::span<const Activation> act) -> Cell {
            const Value bias = bothBiases(b, w);
            return [w, bias, f = act[0]](NamedBuilder& make, GraphBuilder&, const CellInput& in) {
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
        return [&b, &node, inputForget](const CellWeights& w,
                                        std::span<const Activation> act) -> Cell {
            const Value bias = bothBiases(b, w);
            std::vector<Value> peepholes;
            if (w.p.isPresent())
                peepholes = NamedBuilder(b, node.origin.name).split("peepholes", w.p, 3, 0);
            return [w, bias, act, peepholes, inputForget](NamedBuilder& make, GraphBuilder&,
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
                NamedBuilder plain = make; // the cell state is not limited
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
        return [&b, &node, H, linearFirst](const CellWeights& w,
                                           std::span<const Activation> act) -> Cell {
            NamedBuilder outside(b, node.origin.name);
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
            return [=](NamedBuilder& make, GraphBuilder& body, const CellInput& in) {
                const Value h = in.carries[0];
                const Value fromX = project(make, "input", in.x, w.wt, w.wb);
                const std::vector<Value> ofX =
                    make.splitAt("input_parts", fromX, body.ints({2 * H, H}));
                const Value fromH = project(make, "recurrent", h, rGates, rbGates);
                const std::vector<Value> gates =
                    ofX.empty() ? ofX
                                : make.split("gates", make("gates_sum", "Add", {ofX[0], fromH}), 2);
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
                                               make("candidate_sum", "Add", {ofX[1], reset}));
                const Value one = body.scalar(1, z);
                const Value fresh = make("fresh", "Mul", {make("1-z", "Sub", {one, z}), g});
                const Value kept = make("keep", "Mul", {z, h});
                return std::vector<Value>{make("h", "Add", {fresh, kept})};
            };
        };
    });
}

}
