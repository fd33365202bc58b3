#include "engine/ops/recurrent_cells.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

std::vector<std::string> defaultActivations(int gates)
{
    if (gates == 1)
        return {"Tanh"};
    if (gates == 3)
        return {"Sigmoid", "Tanh"};
    return {"Sigmoid", "Tanh", "Tanh"};
}

/// Which of alpha and beta an activation has, and their defaults (ONNX RNN, opset 22).
struct ActivationRow {
    const char* name;
    bool hasAlpha, hasBeta;
    double alpha, beta;
};
constexpr ActivationRow kActivations[] = {
    {"Tanh", false, false, 0, 0},        {"Sigmoid", false, false, 0, 0},
    {"Relu", false, false, 0, 0},        {"Softsign", false, false, 0, 0},
    {"Softplus", false, false, 0, 0},    {"Affine", true, true, 1, 0},
    {"LeakyRelu", true, false, 0.01, 0}, {"ThresholdedRelu", true, false, 1, 0},
    {"ScaledTanh", true, true, 1, 1},    {"HardSigmoid", true, true, 0.2, 0.5},
    {"Elu", true, false, 1, 0},
};

/// Takes the listed alphas and betas in turn, those that have them.
Result<std::vector<Activation>> activationsOf(const Attributes& attributes,
                                              const std::vector<std::string>& names)
{
    const auto reals = [&](const char* name) {
        const auto found = attributes.all().find(name);
        const auto* list = found == attributes.all().end()
                               ? nullptr
                               : std::get_if<std::vector<double>>(&found->second);
        return list ? *list : std::vector<double>{};
    };
    const std::vector<double> alphas = reals("activation_alpha"), betas = reals("activation_beta");
    size_t alpha = 0, beta = 0;
    std::vector<Activation> all;
    for (const std::string& name : names) {
        const auto row = std::find_if(std::begin(kActivations), std::end(kActivations),
                                      [&](const ActivationRow& each) { return each.name == name; });
        if (row == std::end(kActivations))
            return Error{"attribute", fmt::format("there is no activation '{}'", name),
                         "ONNX knows Tanh, Sigmoid, Relu and eight others."};
        Activation activation{name, row->alpha, row->beta};
        if (row->hasAlpha && alpha < alphas.size())
            activation.alpha = alphas[alpha++];
        if (row->hasBeta && beta < betas.size())
            activation.beta = betas[beta++];
        all.push_back(activation);
    }
    return all;
}

}

Result<RecurrentForm> recurrentForm(const Attributes& attributes, int gates, const Shape& r)
{
    RecurrentForm form;
    form.direction = attributes.text("direction", "forward");
    if (form.direction != "forward" && form.direction != "reverse" &&
        form.direction != "bidirectional")
        return Error{"attribute", fmt::format("attribute 'direction' is '{}', wanted forward, "
                                              "reverse or bidirectional",
                                              form.direction)};
    form.directions = form.direction == "bidirectional" ? 2 : 1;
    if (r.rank() != 3)
        return Error{"shape", fmt::format("input R is {}, wanted rank 3: [directions, gates*"
                                          "hidden_size, hidden_size]",
                                          r.text())};
    constexpr int64_t mostHidden = int64_t{1} << 40; // its multiples are counted with
    form.hidden = attributes.integer("hidden_size", r[2]);
    if (form.hidden <= 0 || form.hidden > mostHidden)
        return Error{"attribute", fmt::format("attribute 'hidden_size' is {}, but R is {}",
                                              form.hidden, r.text())};
    form.clip = attributes.real("clip", 0);
    form.inputForget = attributes.integer("input_forget", 0) != 0;
    form.batchFirst = attributes.integer("layout", 0) != 0;
    form.linearBeforeReset = attributes.integer("linear_before_reset", 0) != 0;
    const std::vector<std::string> usual = defaultActivations(gates);
    std::vector<std::string> names = attributes.texts("activations");
    if (names.empty())
        for (int64_t d = 0; d < form.directions; ++d)
            names.insert(names.end(), usual.begin(), usual.end());
    if (names.size() != usual.size() * static_cast<size_t>(form.directions))
        return Error{"attribute",
                     fmt::format("attribute 'activations' has {} entries, wanted {}", names.size(),
                                 usual.size() * static_cast<size_t>(form.directions))};
    Result<std::vector<Activation>> activations = activationsOf(attributes, names);
    if (!activations)
        return activations.takeError();
    form.activations = std::move(*activations);
    return form;
}

}
