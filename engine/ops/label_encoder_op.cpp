// engine/ops/label_encoder_op.cpp - LabelEncoder of ai.onnx.ml: a table from keys to values, which
// stand in attributes.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/text_vector_ops.h"

#include <fmt/format.h>

#include <map>
#include <numeric>
#include <optional>

namespace backstep {

namespace {

struct Table {
    Tensor keys, values, otherwise;
};

std::optional<Tensor> listed(const Attributes& a, const std::string& stem)
{
    if (const Tensor* tensor = a.tensor(stem + "_tensor"))
        return *tensor;
    if (a.has(stem + "_strings")) {
        const std::vector<std::string> texts = a.texts(stem + "_strings");
        return Tensor::ofStrings({static_cast<int64_t>(texts.size())}, texts);
    }
    if (a.has(stem + "_int64s"))
        return Tensor::ints(a.integers(stem + "_int64s"));
    if (a.has(stem + "_floats")) {
        const std::vector<double> reals = realsOf(a, stem + "_floats");
        return Tensor::of<float>({static_cast<int64_t>(reals.size())},
                                 std::vector<float>(reals.begin(), reals.end()));
    }
    return std::nullopt;
}

/// Version 1 has one list: texts become their places in it, and places become texts.
std::pair<std::optional<Tensor>, std::optional<Tensor>> keysAndValues(const Attributes& a,
                                                                      DType input)
{
    const std::vector<std::string> classes = a.texts("classes_strings");
    if (classes.empty())
        return {listed(a, "keys"), listed(a, "values")};
    std::vector<int64_t> counted(classes.size());
    std::iota(counted.begin(), counted.end(), 0);
    const Tensor texts = Tensor::ofStrings({static_cast<int64_t>(classes.size())}, classes);
    const Tensor places = Tensor::ints(counted);
    return input == DType::String ? std::pair(texts, places) : std::pair(places, texts);
}

Result<Table> tableOf(const Attributes& a, DType input)
{
    const auto [keys, values] = keysAndValues(a, input);
    if (!keys || !values || keys->count() != values->count())
        return Error{"attribute", "its attributes hold no keys and as many values"};
    Table table{*keys, *values, {}};
    if (const Tensor* given = a.tensor("default_tensor"))
        table.otherwise = given->reshaped({1});
    else if (values->dtype() == DType::String)
        table.otherwise = Tensor::ofStrings({1}, {a.text("default_string", "_Unused")});
    else if (values->dtype() == DType::Int64)
        table.otherwise = Tensor::ints({a.integer("default_int64", -1)});
    else
        table.otherwise = Tensor::of<float>({1}, {static_cast<float>(a.real("default_float", 0))});
    if (table.otherwise.dtype() != values->dtype() || table.otherwise.count() != 1)
        return Error{"attribute", "its default is not of the values' dtype"};
    return table;
}

std::string keyText(const Tensor& tensor, int64_t index)
{
    if (tensor.dtype() == DType::String)
        return tensor.strings()[static_cast<size_t>(index)];
    return integers.has(tensor.dtype()) ? std::to_string(tensor.integer(index))
                                        : fmt::format("{}", tensor.number(index));
}

Result<std::vector<Tensor>> encoded(const EvaluateCall& call)
{
    Result<Table> table = tableOf(call.attributes, call.inputs[0].dtype());
    if (!table)
        return table.takeError();
    const Tensor& x = call.inputs[0];
    std::map<std::string, int64_t> places;
    for (int64_t i = 0; i < table->keys.count(); ++i)
        places.insert_or_assign(keyText(table->keys, i), i); // of equal keys the last counts
    std::vector<int64_t> chosen;
    for (int64_t i = 0; i < x.count(); ++i) {
        const auto found = places.find(keyText(x, i));
        chosen.push_back(found == places.end() ? table->keys.count() : found->second);
    }
    Result<std::vector<Tensor>> all =
        evaluate({"Concat"}, {{"axis", int64_t{0}}},
                 {table->values.reshaped({table->values.count()}), table->otherwise});
    if (!all)
        return all;
    return evaluate({"Gather"}, {}, {all->front(), Tensor::ints(chosen).reshaped(x.shape())});
}

Types encodedShape(const OpCall& call)
{
    Result<Table> table = tableOf(call.attributes, call.inputs[0].dtype);
    if (!table)
        return table.takeError();
    return std::vector<TensorType>{{table->values.dtype(), call.shape(0)}};
}

}

void registerLabelEncoder(OpRegistry& ops)
{
    ops.add({
        .name = "LabelEncoder",
        .domain = "ai.onnx.ml",
        .sinceOpset = 4,
        .doc = R"(Labels by a table from keys to values; a default for what is no key.
            Shapes    X: any S; Y: S
            Gradient  none: a table is looked up
            Source    ONNX operator LabelEncoder of ai.onnx.ml, version 4)",
        .inputs = {{"X", anyDType}},
        .outputs = {{"Y", anyDType}},
        .shape = encodedShape,
        .evaluate = encoded,
        .gradient = GradientRule::notDifferentiable("a table is looked up"),
    });
}

}
