#pragma once

#include "engine/base/result.h"
#include "engine/tensor/tensor.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace backstep::onnx {
class ModelProto;
}

namespace backstep {

/// A model made here: ordinary ONNX (opset 17), with what only we know in its metadata:
/// `backstep.loss` ("mse" or "cross-entropy", if the text names one) and `backstep.text`.
struct TextModel {
    TextModel();
    TextModel(TextModel&&) noexcept;
    TextModel& operator=(TextModel&&) noexcept;
    ~TextModel();

    std::unique_ptr<onnx::ModelProto> model;
    std::map<std::string, Tensor> data; ///< of an example: by input name, and "target"
    std::string title, lesson;          ///< lesson: of an example, what it shows
};

/// Builds the model of a line such as
/// `x: float32[batch, time, 8] -> LSTM(64) -> sign -> Dense(10) -> mse`.
/// Sizes are numbers or names; recurrent layers take [batch, time, features] and give the whole
/// sequence, or its last timestep with return_sequences=False. Weights: kernels Glorot uniform
/// (Glorot and Bengio 2010, eq. 16), recurrent ones orthogonal (Saxe 2013), biases zero but for the
/// forget gate's 1, embeddings uniform within 0.05: the defaults of Keras; the same for the same
/// seed. Errors have a column and say what was expected.
Result<TextModel> modelFromText(std::string_view text, uint32_t seed = 7);

/// A built-in example with weights and data, by name; the Error lists the names.
Result<TextModel> exampleModel(std::string_view name);
std::vector<std::string> exampleNames();
/// One line that says what an example is; "" for an unknown name.
std::string exampleTitle(std::string_view name);

}
