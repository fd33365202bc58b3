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

Result<void> refuseOtherAttributes(const Attributes& attributes)
{
    if (attributes.has("clip"))
        return Error{"unsupported", "attribute 'clip' is not supported yet"};
    if (attributes.integer("input_forget", 0) != 0)
        return Error{"unsupported", "attribute 'input_forget' is not supported yet"};
    if (attributes.integer("layout", 0) != 0)
        return Error{"unsupported", "attribute 'layout' = 1 (batch first) is not supported yet"};
    return {};
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
    form.hidden = attributes.integer("hidden_size", r[2]);
    if (form.hidden <= 0)
        return Error{"attribute", fmt::format("attribute 'hidden_size' is {}, but R is {}",
                                              form.hidden, r.text())};
    if (Result<void> plain = refuseOtherAttributes(attributes); !plain)
        return plain.takeError();
    form.linearBeforeReset = attributes.integer("linear_before_reset", 0) != 0;
    const std::vector<std::string> usual = defaultActivations(gates);
    form.activations = attributes.texts("activations");
    if (form.activations.empty())
        for (int64_t d = 0; d < form.directions; ++d)
            form.activations.insert(form.activations.end(), usual.begin(), usual.end());
    if (form.activations.size() != usual.size() * static_cast<size_t>(form.directions))
        return Error{"attribute", fmt::format("attribute 'activations' has {} entries, wanted {}",
                                              form.activations.size(),
                                              usual.size() * static_cast<size_t>(form.directions))};
    for (const std::string& name : form.activations) {
        static const std::vector<std::string> plain{"Tanh", "Sigmoid", "Relu"};
        static const std::vector<std::string> other{"Affine",     "LeakyRelu",   "ThresholdedRelu",
                                                    "ScaledTanh", "HardSigmoid", "Elu",
                                                    "Softsign",   "Softplus"};
        if (std::find(other.begin(), other.end(), name) != other.end())
            return Error{"unsupported",
                         fmt::format("the activation '{}' is not supported yet", name)};
        if (std::find(plain.begin(), plain.end(), name) == plain.end())
            return Error{"attribute", fmt::format("there is no activation '{}'", name),
                         "ONNX knows Tanh, Sigmoid, Relu and eight others."};
    }
    return form;
}

}
