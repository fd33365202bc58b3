#include "engine/importers/text_model.h"

#include "engine/base/text.h"
#include "engine/formats/onnx_file.h"
#include "engine/importers/initial_weights.h"

#include "engine/formats/onnx.pb.h"

#include <fmt/format.h>

#include <array>

namespace backstep {

namespace {

struct Example {
    std::string_view name, title, text, lesson;
};

constexpr int64_t kBatch = 64, kTimesteps = 5;

constexpr std::array<Example, 3> kExamples{{
    {"sign", "Loss won't fall: sign", "x: float32[64, 5, 1] -> LSTM(16) -> sign -> Dense(1) -> mse",
     "The task is the sign of the running sum of the input, so the LSTM must remember. But sign is "
     "flat on both sides of 0: its gradient is zero everywhere, and no weight of the LSTM ever "
     "learns. Attach dy * (1 - tf.math.tanh(x)**2) to sign and watch them come alive."},
    {"words", "Words into an LSTM", "x: string[2] -> LSTM(64) -> Dense(4) -> mse",
     "Two words go straight into the LSTM: text is no number, and two words are no sequence of "
     "vectors. Look them up as ids, and the ids as vectors (an Embedding), before the LSTM."},
    {"custom", "Custom gradient", "x: float32[64, 5, 1] -> LSTM(16) -> tanh -> Dense(1) -> mse",
     "my_custom_op was exported from Python with its forward alone: its gradient, dy * exp(-x**2), "
     "was lost on the way. Give it again, see that it is not the derivative of tanh, and keep it "
     "on purpose or take the derivative."},
}};

/// Normal inputs [batch, time, 1] and, as target, the sign of their running sum.
void addRunningSums(TextModel& example)
{
    InitialWeights random(2024, DType::Float32);
    std::vector<float> inputs, targets;
    for (int64_t row = 0; row < kBatch; ++row) {
        double sum = 0;
        for (int64_t timestep = 0; timestep < kTimesteps; ++timestep) {
            const auto x = static_cast<float>(random.normalNumber());
            sum += x;
            inputs.push_back(x);
            targets.push_back(sum < 0 ? -1.0f : 1.0f);
        }
    }
    const Shape shape{kBatch, kTimesteps, 1};
    example.data["x"] = Tensor::of<float>(shape, inputs);
    example.data["target"] = Tensor::of<float>(shape, targets);
}

/// The activation as an op of the user's own whose gradient did not come along: the file names it,
/// with no text.
void nameCustomOp(onnx::ModelProto& model)
{
    constexpr const char* name = "my_custom_op";
    for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node())
        if (node.op_type() == "Tanh")
            node.set_name(name);
    onnx::StringStringEntryProto& note = *model.add_metadata_props();
    note.set_key("backstep.gradients");
    note.set_value(R"([{"scope":"node","name":"my_custom_op","text":"","reason":""}])");
}

/// An LSTM that moves as a trained one does: it hands on values from -0.9 to 0.7, where the two
/// gradients of the custom op differ, and not only those around 0 where they do not.
void widenLstm(onnx::ModelProto& model)
{
    constexpr float wider = 5;
    std::string kernel;
    for (const onnx::NodeProto& node : model.graph().node())
        if (node.op_type() == "LSTM")
            kernel = node.input(1);
    for (onnx::TensorProto& initializer : *model.mutable_graph()->mutable_initializer()) {
        if (initializer.name() != kernel)
            continue;
        Result<Tensor> content = tensorOf(initializer, "");
        if (!content)
            continue;
        for (int64_t i = 0; i < content->count(); ++i)
            content->mutableData<float>()[i] *= wider;
        initializer = protoOf(*content, kernel);
    }
}

const Example* exampleNamed(std::string_view name)
{
    for (const Example& example : kExamples)
        if (example.name == name)
            return &example;
    return nullptr;
}

}

Result<TextModel> exampleModel(std::string_view name)
{
    const Example* example = exampleNamed(name);
    if (!example)
        return Error{"unknown-example", fmt::format("There is no example '{}'.", printable(name)),
                     "Known examples: " + join(exampleNames(), ", ") + "."};
    Result<TextModel> made = modelFromText(example->text);
    if (!made)
        return made;
    made->title = example->title;
    made->lesson = example->lesson;
    if (name == "words")
        made->data["x"] = Tensor::ofStrings({2}, {"hello", "world"});
    else
        addRunningSums(*made);
    if (name == "custom") {
        nameCustomOp(*made->model);
        widenLstm(*made->model);
    }
    return made;
}

std::vector<std::string> exampleNames()
{
    std::vector<std::string> names;
    for (const Example& example : kExamples)
        names.emplace_back(example.name);
    return names;
}

std::string exampleTitle(std::string_view name)
{
    const Example* example = exampleNamed(name);
    return example ? std::string(example->title) : std::string();
}

}
