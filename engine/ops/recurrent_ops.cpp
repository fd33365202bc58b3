// engine/ops/recurrent_ops.cpp - RNN, GRU and LSTM: what they accept. Their bodies (Scans of
// primitive ops) are built in recurrent_cells.cpp.

#include "engine/ops/families.h"
#include "engine/ops/recurrent_cells.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using Types = Result<std::vector<TensorType>>;

std::string plural(const std::vector<std::string>& faults)
{
    std::string text;
    for (const std::string& fault : faults)
        text += (text.empty() ? "" : "; ") + fault;
    return text;
}

/// All that is wrong with X at once: element type and rank.
Result<void> checkSequence(const OpCall& call, std::string_view op)
{
    const TensorType& x = call.inputs[0];
    std::vector<std::string> faults;
    const bool isDTypeWrong = x.dtype != DType::Undefined && !floating.has(x.dtype);
    if (isDTypeWrong)
        faults.push_back(
            fmt::format("the element type is {}, wanted float32 or float64", nameOf(x.dtype)));
    if (x.shape.rank() != 3)
        faults.push_back(
            fmt::format("the rank is {}, wanted 3: [time, batch, input size]", x.shape.rank()));
    if (faults.empty())
        return {};
    return Error{
        isDTypeWrong ? "dtype" : "shape",
        fmt::format("input X of {} is {}: {}", op, x.text(), plural(faults)),
        isDTypeWrong && x.dtype == DType::String
            ? "Turn the text into numbers first: characters or words to int64 ids, then an "
              "Embedding (Gather) to float32 [time, batch, size]."
            : ""};
}

Result<void> expectShape(const OpCall& call, size_t index, std::string_view name,
                         const Shape& wanted, std::string_view meaning)
{
    if (!call.has(index))
        return {};
    const Shape& found = call.shape(index);
    bool fits = found.rank() == wanted.rank();
    for (int axis = 0; fits && axis < wanted.rank(); ++axis)
        fits = found[axis] == wanted[axis];
    if (fits)
        return {};
    return Error{"shape", fmt::format("input {} is {}, wanted {} = {}", name, found.text(),
                                      wanted.text(), meaning)};
}

template<int gates, bool hasCell> Types recurrentShape(const OpCall& call)
{
    const std::string_view op = gates == 4 ? "LSTM" : gates == 3 ? "GRU" : "RNN";
    if (Result<void> fits = checkSequence(call, op); !fits)
        return fits.takeError();
    Result<RecurrentForm> form = recurrentForm(call.attributes, gates, call.shape(2));
    if (!form)
        return form.takeError();
    Shape x = call.shape(0);
    if (form->batchFirst)
        std::swap(x[0], x[1]);
    const int64_t D = form->directions, H = form->hidden, B = x[1];
    const Shape state = form->batchFirst ? Shape{B, D, H} : Shape{D, B, H};
    const std::string stateMeaning =
        form->batchFirst ? "[batch, directions, hidden_size]" : "[directions, batch, hidden_size]";
    const struct {
        size_t index;
        const char* name;
        Shape wanted;
        std::string meaning;
    } rows[] = {
        {1,
         "W",
         {D, gates * H, x[2]},
         fmt::format("[directions, {}*hidden_size, input size]", gates)},
        {2,
         "R",
         {D, gates * H, H},
         fmt::format("[directions, {}*hidden_size, hidden_size]", gates)},
        {3, "B", {D, 2 * gates * H}, fmt::format("[directions, {}*hidden_size]", 2 * gates)},
        {4, "sequence_lens", {B}, "[batch]"},
        {5, "initial_h", state, stateMeaning},
        {6, "initial_c", state, stateMeaning},
        {7, "P", {D, 3 * H}, "[directions, 3*hidden_size]"},
    };
    for (const auto& row : rows)
        if (Result<void> fits = expectShape(call, row.index, row.name, row.wanted, row.meaning);
            !fits)
            return fits.takeError();
    if (call.has(4) && call.constant(4))
        for (int64_t length : call.constant(4)->integers())
            if (length < 0 || length > x[0])
                return Error{"shape", fmt::format("sequence_lens holds {}, but the sequence has {} "
                                                  "timesteps",
                                                  length, x[0])};
    const DType dtype =
        call.inputs[0].dtype == DType::Undefined ? call.inputs[1].dtype : call.inputs[0].dtype;
    const Shape whole = form->batchFirst ? Shape{B, x[0], D, H} : Shape{x[0], D, B, H};
    std::vector<TensorType> types{{dtype, whole}, {dtype, state}};
    if (hasCell)
        types.push_back({dtype, state});
    types.resize(std::min(types.size(), std::max<size_t>(call.outputCount, 1)));
    return types;
}

std::vector<Port> recurrentInputs(bool hasCell)
{
    constexpr auto optional = Port::Arity::Optional;
    std::vector<Port> ports{
        // Any dtype: the shape rule names a wrong dtype and a wrong rank in one sentence.
        {"X", anyDType},
        {"W", floating, Port::Arity::One, "T"},
        {"R", floating, Port::Arity::One, "T"},
        {"B", floating, optional, "T"},
        {"sequence_lens", {DType::Int32}, optional},
        {"initial_h", floating, optional, "T"},
    };
    if (hasCell) {
        ports.push_back({"initial_c", floating, optional, "T"});
        ports.push_back({"P", floating, optional, "T"});
    }
    return ports;
}

OpDef recurrentOp(std::string name, std::string equations, ShapeRule shape, ExpandRule expand,
                  bool hasCell)
{
    std::vector<Port> outputs{{"Y", floating, Port::Arity::Optional},
                              {"Y_h", floating, Port::Arity::Optional}};
    if (hasCell)
        outputs.push_back({"Y_c", floating, Port::Arity::Optional});
    return {
        .name = name,
        .sinceOpset = 22,
        .doc = equations + R"(
            Shapes    X: [T, B, I]; W: [D, gates*H, I]; R: [D, gates*H, H]; B: [D, 2*gates*H];
                      sequence_lens: int32 [B]; initial states: [D, B, H]; Y: [T, D, B, H]
            Dtypes    float32, float64
            Gradient  by the body, a Scan of primitive ops (backpropagation through time)
            Source    ONNX operator )" +
               name + ", opset 22",
        .inputs = recurrentInputs(hasCell),
        .outputs = std::move(outputs),
        .shape = shape,
        .expand = expand,
    };
}

}

void registerRecurrentOps(OpRegistry& ops)
{
    ops.add(recurrentOp("RNN", "h' = f(x W' + h R' + b), f = Tanh or Relu.",
                        recurrentShape<1, false>, expandRnn, false));
    ops.add(recurrentOp("GRU",
                        "Gates z, r, h: h' = (1 - z) * g + z * h, g = tanh(x W' + (r * h) R').",
                        recurrentShape<3, false>, expandGru, false));
    ops.add(recurrentOp("LSTM", "Gates i, o, f, c: c' = f * c + i * tanh(.), h' = o * tanh(c').",
                        recurrentShape<4, true>, expandLstm, true));
}

}
