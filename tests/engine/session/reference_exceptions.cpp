// Where a file cannot agree with its framework, and why. A row that has become needless fails.

#include "tests/engine/session/reference_files.h"

#include <sstream>

namespace backstep::reference {

namespace {

enum class In : uint8_t { Both, Float32, Float64 };

struct Exception {
    const char* file;
    const char* items; ///< separated by spaces
    In dtype;
    const char* reason;
};

constexpr const char* kCutRemoved = "the exporter dropped the stop_gradient";
constexpr const char* kRaised = "the framework raised: it has no gradient to compare with";
constexpr const char* kForeign = "an op that ONNX lacks cannot run";
constexpr const char* kKernels = "lstm/lstm_cell/kernel lstm/lstm_cell/recurrent_kernel "
                                 "lstm/lstm_cell/bias";
constexpr const char* kCell = "rnn/cell/kernel rnn/cell/recurrent_kernel rnn/cell/bias";
constexpr const char* kFloat32Constants = "the file holds float32 constants where the framework's "
                                          "float64 run had exact ones";

constexpr Exception kExceptions[] = {
    {"jax_cut_before_missing_rule/model.onnx", "w u b x", In::Both, kCutRemoved},
    {"jax_cut_before_missing_rule/model.onnx", "v d", In::Float64, kFloat32Constants},
    {"jax_cut_missing_rule/model.onnx", "w u b v d", In::Both, kRaised},
    {"jax_cut_missing_rule/model.onnx", "loss", In::Float64, kFloat32Constants},
    {"jax_healthy_scan_gelu/model.onnx", "w u b v x", In::Float64, kFloat32Constants},
    {"jax_lstm_stopgrad/model.onnx", "w u b x", In::Both, kCutRemoved},
    {"jax_missing_rule/model.onnx", "w u b v d", In::Both, kRaised},
    {"jax_missing_rule/model.onnx", "loss", In::Float64,
     "the file approximates igamma_grad_a by a quadrature"},
    {"jax_unused_missing_rule/model.onnx", "w u b v d", In::Both, kRaised},
    {"jax_while_rnn/model.onnx", "w u b v d", In::Both, kRaised},
    {"lstm_break_lookuperror/model.onnx", "run", In::Both, kForeign},
    {"lstm_break_numpyfunction/model.onnx", "run", In::Both, kForeign},
    {"lstm_break_pyfunction/model.onnx", "run", In::Both, kForeign},
    {"lstm_break_stopgradient/model.onnx", kKernels, In::Both, kCutRemoved},
    {"seed2_string/hash/model.onnx", "run", In::Both, kForeign},
    {"seed2_string/lookup/model.onnx", "run", In::Both, kForeign},
    {"tf_cell_stopgradient_carry/model.onnx", kCell, In::Both, kCutRemoved},
    {"tf_cell_stopgradient_outside/model.onnx", "rnn/cell/recurrent_kernel", In::Both, kCutRemoved},
    {"tf_cell_stopgradient_truncated/model.onnx", kCell, In::Both, kCutRemoved},
    {"tf_cell_stopgradient_truncated/model.onnx", "x", In::Both, kCutRemoved},
    {"tf_cell_stopgradient_weight/model.onnx", "rnn/cell/recurrent_kernel", In::Both, kCutRemoved},
    {"tf_healthy_relu_dropout/model.onnx", "norm/beta", In::Both,
     "the exporter folded the zeros of beta away"},
    {"tf_healthy_relu_dropout/model.onnx",
     "loss lstm/lstm_cell/kernel lstm/lstm_cell/recurrent_kernel lstm/lstm_cell/bias hidden/kernel "
     "hidden/bias norm/gamma head/kernel head/bias x",
     In::Float64, kFloat32Constants},
    {"tf_skip_around_unregistered/model.onnx", "run", In::Both, kForeign},
    {"tf_unregistered_behind_round/model.onnx", "run", In::Both, kForeign},
    {"tf_unregistered_behind_sign/model.onnx", "run", In::Both, kForeign},
    {"torch_cell_detach/model.onnx", "cell.weight_ih cell.weight_hh cell.bias_ih cell.bias_hh x",
     In::Both, "the exporter dropped the detach"},
    {"torch_cell_detach/model_legacy.onnx",
     "cell.weight_ih cell.weight_hh cell.bias_ih cell.bias_hh x", In::Both,
     "the exporter dropped the detach"},
    {"torch_floor_divide/model_legacy.onnx", "loss dense.weight dense.bias", In::Both,
     "the exporter wrote a division that truncates: another function"},
};

bool isMeant(const Exception& exception, const std::string& file, bool isDouble)
{
    return file == exception.file &&
           (exception.dtype == In::Both || (exception.dtype == In::Float64) == isDouble);
}

}

std::vector<std::string> exceptedItems(const std::string& file, bool isDouble)
{
    std::vector<std::string> items;
    for (const Exception& exception : kExceptions) {
        if (!isMeant(exception, file, isDouble))
            continue;
        std::istringstream words(exception.items);
        for (std::string word; words >> word;)
            items.push_back(word);
    }
    return items;
}

std::string exceptionFor(const std::string& file, const std::string& item, bool isDouble)
{
    for (const Exception& exception : kExceptions) {
        if (!isMeant(exception, file, isDouble))
            continue;
        std::istringstream words(exception.items);
        for (std::string word; words >> word;)
            if (word == item)
                return exception.reason;
    }
    return {};
}

std::string customNode(const std::string& file)
{
    static const std::map<std::string, std::string> nodes{
        {"jax_seed3_lstm_customvjp/model.onnx", "node_Tanh_2"},
        {"seed3_custom_gradient/model.onnx", "seed3_custom_gradient_1/mid_1/Tanh"},
        {"seed3_custom_gradient/model_loop.onnx", "seed3_custom_gradient_1/mid_1/Tanh"},
        {"seed3_custom_gradient/model_unrolled.onnx", "seed3_custom_gradient_1/mid_1/Tanh"},
        {"torch_seed3_lstm_customgrad/model.onnx", "node_tanh"},
        {"torch_seed3_lstm_customgrad/model_legacy.onnx", "/mid/Tanh"},
    };
    const auto found = nodes.find(file);
    return found == nodes.end() ? std::string() : found->second;
}

}
