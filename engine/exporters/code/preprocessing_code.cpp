#include "engine/exporters/code/preprocessing_code.h"

#include "engine/base/text.h"
#include "engine/exporters/code/code_printer.h"
#include "engine/exporters/code/fix_module.h"
#include "engine/exporters/code/plain_text_code.h"
#include "engine/exporters/code/preprocessing_steps.h"
#include "engine/ops/text_vector_ops.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// What a numeric input becomes, as a tuple of Python.
std::string shapeBehind(const PreprocessingSteps& steps, const PreprocessingSubject& subject)
{
    return tupleText(withAxes(steps, subject.input.shape).sizes());
}

std::string kerasBody(const PreprocessingSteps& steps)
{
    if (!steps.hasIds())
        return "class Preprocessing(keras.layers.Layer):\n"
               "    def call(self, x):\n        return " +
               withAxes(steps, Framework::TensorFlow,
                        steps.castTo
                            ? fmt::format("tf.cast(x, {})",
                                          frameworkDType(Framework::TensorFlow, *steps.castTo))
                            : "x") +
               "\n";
    const std::string ids =
        steps.characters
            ? fmt::format("        codes = tf.strings.unicode_decode(texts, \"UTF-8\")\n"
                          "        ids = tf.minimum(codes.to_tensor(0, shape=[None, {}]), {})\n",
                          steps.characters->integer("length", 1), kCharacterIds - 1)
            : std::string("        ids = self.lookup(texts)\n");
    const std::string lookup =
        steps.characters ? std::string()
                         : fmt::format("        self.lookup = keras.layers.StringLookup(\n"
                                       "            vocabulary={}, mask_token=None)\n",
                                       wordList(steps));
    return fmt::format(
        "class Preprocessing(keras.layers.Layer):\n"
        "    \"\"\"Text to features: [batch, time, features]; the table learns.\"\"\"\n\n"
        "    def __init__(self, **options):\n"
        "        super().__init__(**options)\n{}"
        "        self.embedding = keras.layers.Embedding({}, {})\n\n"
        "    def call(self, texts):\n{}        return {}\n",
        lookup, steps.rows, steps.columns, ids,
        withAxes(steps, Framework::TensorFlow, "self.embedding(ids)"));
}

std::string kerasTest(const PreprocessingSteps& steps, const PreprocessingSubject& subject)
{
    if (!steps.hasIds())
        return fmt::format(
            "def test_preprocessing():\n"
            "    x = tf.ones({}, {})\n"
            "    y = Preprocessing({})(x)\n"
            "    assert y.dtype.is_floating, y.dtype\n"
            "    assert y.shape == {}, y.shape\n",
            tupleText(subject.input.shape.sizes()),
            frameworkDType(Framework::TensorFlow, subject.input.dtype),
            steps.castTo ? fmt::format("dtype=\"{}\", autocast=False", nameOf(*steps.castTo)) : "",
            shapeBehind(steps, subject));
    return fmt::format("def test_preprocessing():\n"
                       "    texts = tf.constant({})\n"
                       "    layer, lstm = Preprocessing(), keras.layers.LSTM(4)\n"
                       "    with tf.GradientTape() as tape:\n"
                       "        loss = tf.reduce_sum(lstm(layer(texts)) ** 2)\n"
                       "    table = tape.gradient(loss, layer.embedding.embeddings)\n"
                       "    assert table is not None, \"the embedding gets no gradient\"\n"
                       "    assert np.any(np.asarray(tf.convert_to_tensor(table)))\n",
                       textsLiteral(subject.texts));
}

std::string torchBody(const PreprocessingSteps& steps)
{
    if (!steps.hasIds())
        return "class Preprocessing(torch.nn.Module):\n"
               "    def forward(self, x):\n        return " +
               withAxes(steps, Framework::PyTorch,
                        steps.castTo ? fmt::format("x.to({})", frameworkDType(Framework::PyTorch,
                                                                              *steps.castTo))
                                     : "x") +
               "\n";
    return idsFunction(steps) +
           fmt::format(
               "\n\nclass Preprocessing(torch.nn.Module):\n"
               "    \"\"\"Text to features: [time, batch, features]; the table learns.\"\"\"\n\n"
               "    def __init__(self):\n"
               "        super().__init__()\n"
               "        self.embedding = torch.nn.Embedding({}, {})\n\n"
               "    def forward(self, texts):\n"
               "        ids = torch.as_tensor(ids_of(texts), device=self.embedding.weight.device)\n"
               "        return {}\n",
               steps.rows, steps.columns,
               withAxes(steps, Framework::PyTorch, "self.embedding(ids)"));
}

std::string torchTest(const PreprocessingSteps& steps, const PreprocessingSubject& subject)
{
    if (!steps.hasIds())
        return fmt::format("def test_preprocessing():\n"
                           "    x = torch.ones({}, dtype={})\n"
                           "    y = Preprocessing()(x)\n"
                           "    assert y.dtype.is_floating_point, y.dtype\n"
                           "    assert y.shape == {}, y.shape\n",
                           tupleText(subject.input.shape.sizes()),
                           frameworkDType(Framework::PyTorch, subject.input.dtype),
                           shapeBehind(steps, subject));
    return fmt::format("def test_preprocessing():\n"
                       "    texts = {}\n"
                       "    module = Preprocessing()\n"
                       "    x = module(texts)\n"
                       "    lstm = torch.nn.LSTM(x.shape[-1], 4)\n"
                       "    (lstm(x)[0] ** 2).sum().backward()\n"
                       "    table = module.embedding.weight.grad\n"
                       "    assert table is not None, \"the embedding gets no gradient\"\n"
                       "    assert table.abs().sum() > 0\n",
                       textsLiteral(subject.texts));
}

std::string jaxBody(const PreprocessingSteps& steps)
{
    if (!steps.hasIds())
        return "def preprocessing(x):\n    return " +
               withAxes(steps, Framework::Jax,
                        steps.castTo ? fmt::format("x.astype({})",
                                                   frameworkDType(Framework::Jax, *steps.castTo))
                                     : "x") +
               "\n";
    return idsFunction(steps) +
           fmt::format(
               "\n\ndef first_table(key):\n"
               "    return jax.random.uniform(key, ({}, {}), minval=-0.05, maxval=0.05)\n\n\n"
               "def preprocessing(table, ids):\n"
               "    \"\"\"Ids to features: [time, batch, features]; the table learns.\"\"\"\n"
               "    return {}\n",
               steps.rows, steps.columns, withAxes(steps, Framework::Jax, "table[ids]"));
}

std::string jaxTest(const PreprocessingSteps& steps, const PreprocessingSubject& subject)
{
    if (!steps.hasIds())
        return fmt::format("def test_preprocessing():\n"
                           "    x = jnp.ones({}, {})\n"
                           "    y = preprocessing(x)\n"
                           "    assert jnp.issubdtype(y.dtype, jnp.floating), y.dtype\n"
                           "    assert y.shape == {}, y.shape\n",
                           tupleText(subject.input.shape.sizes()),
                           frameworkDType(Framework::Jax, subject.input.dtype),
                           shapeBehind(steps, subject));
    return fmt::format("def test_preprocessing():\n"
                       "    ids = ids_of({})\n"
                       "    table = first_table(jax.random.PRNGKey(0))\n"
                       "    slope = jax.grad(lambda t: (preprocessing(t, ids) ** 2).sum())(table)\n"
                       "    assert np.any(slope), \"the embedding gets no gradient\"\n",
                       textsLiteral(subject.texts));
}

std::string bodyAndTest(const PreprocessingSteps& steps, const PreprocessingSubject& subject,
                        Framework framework)
{
    switch (framework) {
    case Framework::TensorFlow:
        return kerasBody(steps) + "\n\n" + kerasTest(steps, subject);
    case Framework::PyTorch:
        return torchBody(steps) + "\n\n" + torchTest(steps, subject);
    case Framework::Jax:
        break;
    }
    return jaxBody(steps) + "\n\n" + jaxTest(steps, subject);
}

}

Result<std::string> preprocessingAsCode(const PreprocessingSubject& subject, Framework framework)
{
    const Result<PreprocessingSteps> steps = stepsOf(
        subject.chain, subject.input, framework == Framework::TensorFlow && subject.isTimeFirst);
    if (!steps)
        return steps.error();
    const std::string about = commentText(subject.about);
    const bool isPlain = steps->ones || steps->isNumbers();
    const std::string code = isPlain ? plainTextBody(*steps, framework) + "\n\n" +
                                           plainTextTest(*steps, subject.texts, framework)
                                     : bodyAndTest(*steps, subject, framework);
    const std::string end = "\n\nif __name__ == \"__main__\":\n    test_preprocessing()\n"
                            "    print(\"the input is taken\")\n";
    switch (framework) {
    case Framework::TensorFlow:
        return about + "\nimport keras\nimport numpy as np\nimport tensorflow as tf\n\n\n" + code +
               end;
    case Framework::PyTorch:
        return about + "\nimport numpy as np\nimport torch\n\n\n" + code + end;
    case Framework::Jax:
        break;
    }
    return about + "\nimport jax\nimport jax.numpy as jnp\nimport numpy as np\n\n\n" + code + end;
}

}
