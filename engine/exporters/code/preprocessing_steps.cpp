#include "engine/exporters/code/preprocessing_steps.h"

#include "engine/base/text.h"
#include "engine/exporters/code/python_text.h"
#include "engine/ops/text_vector_ops.h"

#include <fmt/format.h>

namespace backstep {

Result<PreprocessingSteps> stepsOf(const std::vector<InsertedNode>& chain, const TensorType& input)
{
    PreprocessingSteps steps;
    steps.readsText = input.dtype == DType::String;
    for (const InsertedNode& node : chain) {
        const Tensor* constant = node.constants.empty() ? nullptr : &node.constants[0].second;
        if (node.op.type == "CharacterIds")
            steps.characters = &node.attributes;
        else if (node.op.type == "LabelEncoder")
            steps.words = node.attributes.texts("keys_strings");
        else if (node.op.is("Gather") && constant)
            steps.rows = constant->shape()[0], steps.columns = constant->shape()[1];
        else if (node.op.is("OneHot") && constant)
            steps.ones = constant->integer(0), steps.castTo = node.constants[1].second.dtype();
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

std::string wordList(const PreprocessingSteps& steps)
{
    std::vector<std::string> quotedWords;
    for (const std::string& word : steps.words)
        quotedWords.push_back(quoted(word));
    return "[" + commaText(quotedWords) + "]";
}

std::string idsFunction(const PreprocessingSteps& steps)
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

std::string textsLiteral(const Tensor& texts)
{
    return texts.isNull() ? "[\"hello\", \"world\"]" : listText(texts, 12);
}

std::string withAxes(const PreprocessingSteps& steps, Framework framework, std::string x,
                     bool isBatchFirst)
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

}
