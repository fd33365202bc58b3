#include "engine/exporters/code/plain_text_code.h"

#include "engine/exporters/code/code_printer.h"

#include <fmt/format.h>

namespace backstep {

namespace {

/// The features without axes of size 1, and what is needed for them.
std::string featuresText(const PreprocessingSteps& steps, Framework framework)
{
    const std::string dtype = frameworkDType(framework, *steps.castTo);
    if (framework == Framework::TensorFlow)
        return steps.ones
                   ? fmt::format("tf.one_hot(self.lookup(texts), {}, dtype={})", *steps.ones, dtype)
                   : fmt::format("tf.strings.to_number(texts, {})", dtype);
    if (framework == Framework::PyTorch)
        return steps.ones
                   ? fmt::format("(ids[..., None] == torch.arange({})).to({})", *steps.ones, dtype)
                   : fmt::format("torch.as_tensor(numbers).to({})", dtype);
    return steps.ones
               ? fmt::format("jax.nn.one_hot(ids_of(texts), {}, dtype={})", *steps.ones, dtype)
               : fmt::format("jnp.asarray(numbers, {})", dtype);
}

constexpr const char* kNumbers = "numbers = np.asarray(texts, dtype=str).astype(float)\n";

std::string kerasLayer(const PreprocessingSteps& steps, const std::string& features)
{
    const std::string start = steps.ones
                                  ? fmt::format("    def __init__(self, **options):\n"
                                                "        super().__init__(**options)\n"
                                                "        self.lookup = keras.layers.StringLookup(\n"
                                                "            vocabulary={}, mask_token=None)\n\n",
                                                wordList(steps))
                                  : std::string();
    return fmt::format("class Preprocessing(keras.layers.Layer):\n"
                       "    \"\"\"Text to features: [batch, time, features].\"\"\"\n\n"
                       "{}    def call(self, texts):\n        return {}\n",
                       start, features);
}

std::string torchModule(const PreprocessingSteps& steps, const std::string& features)
{
    return fmt::format("{}class Preprocessing(torch.nn.Module):\n"
                       "    \"\"\"Text to features: [time, batch, features].\"\"\"\n\n"
                       "    def forward(self, texts):\n        {}        return {}\n",
                       steps.ones ? idsFunction(steps) + "\n\n" : std::string(),
                       steps.ones ? "ids = torch.as_tensor(ids_of(texts))\n" : kNumbers, features);
}

std::string jaxFunction(const PreprocessingSteps& steps, const std::string& features)
{
    return fmt::format(
        "{}def preprocessing(texts):\n"
        "    \"\"\"Text to features: [time, batch, features].\"\"\"\n{}    return {}\n",
        steps.ones ? idsFunction(steps) + "\n\n" : std::string(),
        steps.ones ? std::string() : std::string("    ") + kNumbers, features);
}

}

std::string plainTextBody(const PreprocessingSteps& steps, Framework framework)
{
    const std::string features = withAxes(steps, framework, featuresText(steps, framework));
    switch (framework) {
    case Framework::TensorFlow:
        return kerasLayer(steps, features);
    case Framework::PyTorch:
        return torchModule(steps, features);
    case Framework::Jax:
        break;
    }
    return jaxFunction(steps, features);
}

std::string plainTextTest(const PreprocessingSteps& steps, const Tensor& texts, Framework framework)
{
    std::string text =
        fmt::format("def test_preprocessing():\n    texts = {}\n", textsLiteral(texts));
    if (framework == Framework::TensorFlow)
        text += "    x = Preprocessing()(tf.constant(texts))\n"
                "    assert np.all(np.isfinite(keras.layers.LSTM(4)(x)))\n";
    else if (framework == Framework::PyTorch)
        text += "    x = Preprocessing()(texts)\n"
                "    lstm = torch.nn.LSTM(x.shape[-1], 4).to(x.dtype)\n"
                "    assert torch.all(torch.isfinite(lstm(x)[0]))\n";
    else
        text += "    x = preprocessing(texts)\n"
                "    assert jnp.issubdtype(x.dtype, jnp.floating) and x.ndim == 3, x.shape\n";
    text += "    x = np.asarray(x)\n";
    if (steps.isNumbers())
        return text + "    np.testing.assert_allclose(\n"
                      "        x.ravel(), np.asarray(texts, dtype=str).astype(float).ravel())\n";
    return text + fmt::format("    assert x.shape[-1] == {} and np.any(x), x.shape\n"
                              "    assert np.all((x == 0) | (x == 1)) and np.all(x.sum(-1) <= 1)\n",
                              *steps.ones);
}

}
