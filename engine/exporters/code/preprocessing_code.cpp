#include "engine/exporters/code/preprocessing_code.h"

#include "engine/base/text.h"
#include "engine/exporters/code/code_printer.h"
#include "engine/exporters/code/fix_module.h"
#include "engine/ops/text_vector_ops.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// What the chain does, read off its nodes.
struct Steps {
    const Attributes* characters = nullptr; ///< of CharacterIds
    std::vector<std::string> words;         ///< of LabelEncoder
    int64_t rows = 0, columns = 0;          ///< of the Embedding
    std::optional<DType> castTo;
    std::vector<int64_t> inserted, removed; ///< axes of size 1
    bool isText() const { return characters || !words.empty(); }
};

Result<Steps> stepsOf(const std::vector<InsertedNode>& chain)
{
    Steps steps;
    for (const InsertedNode& node : chain) {
        const Tensor* constant = node.constants.empty() ? nullptr : &node.constants[0].second;
        if (node.op.type == "CharacterIds")
            steps.characters = &node.attributes;
        else if (node.op.type == "LabelEncoder")
            steps.words = node.attributes.texts("keys_strings");
        else if (node.op.is("Gather") && constant)
            steps.rows = constant->shape()[0], steps.columns = constant->shape()[1];
        else if (node.op.is("Cast"))
            steps.castTo = static_cast<DType>(node.attributes.integer("to", 1));
        else if (node.op.is("Unsqueeze") && constant)
            steps.inserted = constant->integers();
        else if (node.op.is("Squeeze") && constant)
            steps.removed = constant->integers();
        else if (!node.op.is("Transpose")) // of the axes of time and batch
            return Error{"no-spelling",
                         fmt::format("{} has no form as code here.", printable(node.op.type))};
    }
    return steps;
}

std::string wordList(const Steps& steps)
{
    std::vector<std::string> quotedWords;
    for (const std::string& word : steps.words)
        quotedWords.push_back(quoted(word));
    return "[" + commaText(quotedWords) + "]";
}

/// Ids by plain Python, for frameworks without text.
std::string idsFunction(const Steps& steps)
{
    if (steps.characters)
        return fmt::format(
            "LENGTH = {}  # shorter texts are filled up with 0\n\n\n"
            "def ids_of(texts):\n"
            "    rows = [[min(ord(c), {}) for c in text[:LENGTH]] for text in texts]\n"
            "    return np.array([row + [0] * (LENGTH - len(row)) for row in rows])\n",
            steps.characters->integer("length", 1), kCharacterIds - 1);
    return fmt::format("WORDS = {}\n\n\n"
                       "def ids_of(texts):\n"
                       "    known = {{word: place + 1 for place, word in enumerate(WORDS)}}\n"
                       "    return np.vectorize(lambda text: known.get(text, 0))(texts)\n",
                       wordList(steps));
}

std::string textsLiteral(const PreprocessingSubject& subject)
{
    return subject.texts.isNull() ? "[\"hello\", \"world\"]" : listText(subject.texts, 12);
}

/// An expression with axes put in or taken out, `x` by itself where there are none.
std::string withAxes(const Steps& steps, Framework framework, std::string x, bool isBatchFirst)
{
    const char* insert = framework == Framework::TensorFlow ? "tf.expand_dims({}, {})"
                         : framework == Framework::PyTorch  ? "torch.unsqueeze({}, {})"
                                                            : "jnp.expand_dims({}, {})";
    const char* remove = framework == Framework::TensorFlow ? "tf.squeeze({}, [{}])"
                         : framework == Framework::PyTorch  ? "torch.squeeze({}, {})"
                                                            : "jnp.squeeze({}, {})";
    for (const int64_t axis : steps.inserted) {
        const bool isSwapped = isBatchFirst && axis < 2; // time and batch stand the other way round
        x = fmt::format(fmt::runtime(insert), x, isSwapped ? 1 - axis : axis);
    }
    for (const int64_t axis : steps.removed)
        x = fmt::format(fmt::runtime(remove), x, axis);
    return x;
}

std::string kerasBody(const Steps& steps)
{
    if (!steps.isText())
        return "class Preprocessing(keras.layers.Layer):\n"
               "    def call(self, x):\n        return " +
               withAxes(steps, Framework::TensorFlow,
                        steps.castTo
                            ? fmt::format("tf.cast(x, {})",
                                          frameworkDType(Framework::TensorFlow, *steps.castTo))
                            : "x",
                        true) +
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
        withAxes(steps, Framework::TensorFlow, "self.embedding(ids)", true));
}

std::string kerasTest(const Steps& steps, const PreprocessingSubject& subject)
{
    if (!steps.isText())
        return fmt::format(
            "def test_preprocessing():\n"
            "    x = tf.ones({}, {})\n"
            "    y = Preprocessing({})(x)\n"
            "    assert y.dtype.is_floating, y.dtype\n",
            tupleText(subject.input.shape.sizes()),
            frameworkDType(Framework::TensorFlow, subject.input.dtype),
            steps.castTo ? fmt::format("dtype=\"{}\", autocast=False", nameOf(*steps.castTo)) : "");
    return fmt::format("def test_preprocessing():\n"
                       "    texts = tf.constant({})\n"
                       "    layer, lstm = Preprocessing(), keras.layers.LSTM(4)\n"
                       "    with tf.GradientTape() as tape:\n"
                       "        loss = tf.reduce_sum(lstm(layer(texts)) ** 2)\n"
                       "    table = tape.gradient(loss, layer.embedding.embeddings)\n"
                       "    assert table is not None, \"the embedding gets no gradient\"\n"
                       "    assert np.any(np.asarray(tf.convert_to_tensor(table)))\n",
                       textsLiteral(subject));
}

std::string torchBody(const Steps& steps)
{
    if (!steps.isText())
        return "class Preprocessing(torch.nn.Module):\n"
               "    def forward(self, x):\n        return " +
               withAxes(steps, Framework::PyTorch,
                        steps.castTo ? fmt::format("x.to({})", frameworkDType(Framework::PyTorch,
                                                                              *steps.castTo))
                                     : "x",
                        false) +
               "\n";
    const std::string features =
        steps.characters ? "self.embedding(ids).transpose(0, 1)" : "self.embedding(ids)";
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
               steps.rows, steps.columns, withAxes(steps, Framework::PyTorch, features, false));
}

std::string torchTest(const Steps& steps, const PreprocessingSubject& subject)
{
    if (!steps.isText())
        return fmt::format("def test_preprocessing():\n"
                           "    x = torch.ones({}, dtype={})\n"
                           "    y = Preprocessing()(x)\n"
                           "    assert y.dtype.is_floating_point, y.dtype\n",
                           tupleText(subject.input.shape.sizes()),
                           frameworkDType(Framework::PyTorch, subject.input.dtype));
    return fmt::format("def test_preprocessing():\n"
                       "    texts = {}\n"
                       "    module = Preprocessing()\n"
                       "    x = module(texts)\n"
                       "    lstm = torch.nn.LSTM(x.shape[-1], 4)\n"
                       "    (lstm(x)[0] ** 2).sum().backward()\n"
                       "    table = module.embedding.weight.grad\n"
                       "    assert table is not None, \"the embedding gets no gradient\"\n"
                       "    assert table.abs().sum() > 0\n",
                       textsLiteral(subject));
}

std::string jaxBody(const Steps& steps)
{
    if (!steps.isText())
        return "def preprocessing(x):\n    return " +
               withAxes(steps, Framework::Jax,
                        steps.castTo ? fmt::format("x.astype({})",
                                                   frameworkDType(Framework::Jax, *steps.castTo))
                                     : "x",
                        false) +
               "\n";
    const std::string features = steps.characters ? "jnp.swapaxes(table[ids], 0, 1)" : "table[ids]";
    return idsFunction(steps) +
           fmt::format(
               "\n\ndef first_table(key):\n"
               "    return jax.random.uniform(key, ({}, {}), minval=-0.05, maxval=0.05)\n\n\n"
               "def preprocessing(table, ids):\n"
               "    \"\"\"Ids to features: [time, batch, features]; the table learns.\"\"\"\n"
               "    return {}\n",
               steps.rows, steps.columns, withAxes(steps, Framework::Jax, features, false));
}

std::string jaxTest(const Steps& steps, const PreprocessingSubject& subject)
{
    if (!steps.isText())
        return fmt::format("def test_preprocessing():\n"
                           "    x = jnp.ones({}, {})\n"
                           "    y = preprocessing(x)\n"
                           "    assert jnp.issubdtype(y.dtype, jnp.floating), y.dtype\n",
                           tupleText(subject.input.shape.sizes()),
                           frameworkDType(Framework::Jax, subject.input.dtype));
    return fmt::format("def test_preprocessing():\n"
                       "    ids = ids_of({})\n"
                       "    table = first_table(jax.random.PRNGKey(0))\n"
                       "    slope = jax.grad(lambda t: (preprocessing(t, ids) ** 2).sum())(table)\n"
                       "    assert np.any(slope), \"the embedding gets no gradient\"\n",
                       textsLiteral(subject));
}

}

Result<std::string> preprocessingAsCode(const PreprocessingSubject& subject, Framework framework)
{
    const Result<Steps> steps = stepsOf(subject.chain);
    if (!steps)
        return steps.error();
    const std::string about = commentText(subject.about);
    const std::string end = "\n\nif __name__ == \"__main__\":\n    test_preprocessing()\n"
                            "    print(\"the input is taken\")\n";
    switch (framework) {
    case Framework::TensorFlow:
        return about + "\nimport keras\nimport numpy as np\nimport tensorflow as tf\n\n\n" +
               kerasBody(*steps) + "\n\n" + kerasTest(*steps, subject) + end;
    case Framework::PyTorch:
        return about + "\nimport numpy as np\nimport torch\n\n\n" + torchBody(*steps) + "\n\n" +
               torchTest(*steps, subject) + end;
    case Framework::Jax:
        break;
    }
    return about + "\nimport jax\nimport jax.numpy as jnp\nimport numpy as np\n\n\n" +
           jaxBody(*steps) + "\n\n" + jaxTest(*steps, subject) + end;
}

}
