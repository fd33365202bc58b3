#include "tests/engine/session/reference_files.h"

#include "engine/formats/file_view.h"
#include "engine/formats/npz.h"

#include <filesystem>
#include <stdexcept>

namespace backstep::reference {

namespace {

using Values = std::vector<double>;

/// Rows and columns exchanged. values: [rows, columns]
Values transposed(const Values& values, size_t rows, size_t columns)
{
    Values result(values.size());
    for (size_t r = 0; r < rows; ++r)
        for (size_t c = 0; c < columns; ++c)
            result[c * rows + r] = values[r * columns + c];
    return result;
}

/// Gate blocks i f g o (Keras and PyTorch) in ONNX's order i o f c: 0, 3, 1, 2.
Values reordered(const Values& values)
{
    const size_t block = values.size() / 4;
    Values result;
    for (size_t gate : {0, 3, 1, 2})
        result.insert(result.end(), values.begin() + static_cast<std::ptrdiff_t>(gate * block),
                      values.begin() + static_cast<std::ptrdiff_t>((gate + 1) * block));
    return result;
}

Values joined(Values a, const Values& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}

const std::vector<File>& files()
{
    using enum Framework;
    static const std::vector<File> all{
        {"seed1_sign/model.onnx", Keras, false},
        {"seed1_sign/model_loop.onnx", Keras, false},
        {"seed1_sign/model_unrolled.onnx", Keras, false},
        {"seed3_custom_gradient/model.onnx", Keras, true},
        {"seed3_custom_gradient/model_loop.onnx", Keras, true},
        {"seed3_custom_gradient/model_unrolled.onnx", Keras, true},
        {"torch_seed1_lstm_sign/model.onnx", Torch, false},
        {"torch_seed1_lstm_sign/model_legacy.onnx", Torch, false},
        {"torch_seed3_lstm_customgrad/model.onnx", Torch, true},
        {"torch_seed3_lstm_customgrad/model_legacy.onnx", Torch, true},
        {"jax_seed1_lstm_sign/model.onnx", Jax, false},
        {"jax_seed3_lstm_customvjp/model.onnx", Jax, true},
    };
    return all;
}

Reference::Reference(const File& file, bool isDouble)
    : m_framework(file.framework), m_isDouble(isDouble)
{
    const std::filesystem::path model =
        std::filesystem::path(BACKSTEP_TEST_DATA) / "models" / file.name;
    Result<FileView> view = FileView::open((model.parent_path() / "reference.npz").string());
    if (!view)
        throw std::runtime_error(view.error().text());
    Result<std::map<std::string, Tensor>> arrays = readNpz(*view);
    if (!arrays)
        throw std::runtime_error(arrays.error().text());
    m_arrays = std::move(*arrays);
}

Values valuesOf(const Tensor& tensor)
{
    Values values;
    for (int64_t i = 0; i < tensor.count(); ++i)
        values.push_back(tensor.number(i));
    return values;
}

double Reference::loss() const
{
    const char* name = m_framework == Framework::Keras ? (m_isDouble ? "loss64" : "loss")
                                                       : (m_isDouble ? "f64.loss" : "f32.loss");
    return m_arrays.at(name).number(0);
}

Values Reference::inputGradient() const
{
    const char* name = m_framework == Framework::Keras
                           ? (m_isDouble ? "gin64" : "gin")
                           : (m_isDouble ? "f64.grad_input" : "f32.grad_input");
    return valuesOf(m_arrays.at(name));
}

Values Reference::gradient(const std::string& weight) const
{
    const std::string prefix = m_framework == Framework::Keras
                                   ? (m_isDouble ? "g64/" : "g/")
                                   : (m_isDouble ? "f64.grad." : "f32.grad.");
    return valuesOf(m_arrays.at(prefix + weight));
}

// Sizes are those of the fixtures: 8 inputs, 64 units, 10 outputs.
Values Reference::weightGradient(const Shape& shape) const
{
    struct Names {
        const char *kernel, *recurrent, *bias, *secondBias, *dense, *denseBias;
    };
    const Names names = m_framework == Framework::Keras
                            ? Names{"lstm/lstm_cell/kernel", "lstm/lstm_cell/recurrent_kernel",
                                    "lstm/lstm_cell/bias",   "lstm/lstm_cell/bias",
                                    "dense/kernel",          "dense/bias"}
                        : m_framework == Framework::Torch
                            ? Names{"rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0",
                                    "rnn.bias_hh_l0",   "dense.weight",     "dense.bias"}
                            : Names{"w", "u", "b", "b", "v", "d"};
    const bool isTorch = m_framework == Framework::Torch; // [4u, in]; the others keep [in, 4u]
    const auto gatesFirst = [&](const char* weight, size_t inputs) {
        const Values g = gradient(weight);
        return reordered(isTorch ? g : transposed(g, inputs, 256));
    };
    if (shape == Shape{1, 256, 8})
        return gatesFirst(names.kernel, 8);
    if (shape == Shape{1, 256, 64})
        return gatesFirst(names.recurrent, 64);
    if (shape == Shape{1, 512})
        return joined(reordered(gradient(names.bias)), reordered(gradient(names.secondBias)));
    if (shape == Shape{8, 256})
        return gradient(names.kernel);
    if (shape == Shape{64, 256} || shape == Shape{256, 64})
        return gradient(names.recurrent);
    if (shape == Shape{256})
        return gradient(names.bias);
    if (shape == Shape{64, 10})
        return isTorch ? transposed(gradient(names.dense), 10, 64) : gradient(names.dense);
    if (shape == Shape{10} || shape == Shape{1, 1, 10})
        return gradient(names.denseBias);
    return {};
}

}
