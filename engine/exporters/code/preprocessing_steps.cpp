#include "engine/exporters/code/preprocessing_steps.h"

#include "engine/base/text.h"
#include "engine/exporters/code/python_text.h"
#include "engine/ops/shape_rules.h"
#include "engine/ops/text_vector_ops.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace backstep {

namespace {

/// Time and batch stand the other way round.
int64_t exchanged(int64_t axis)
{
    return axis < 2 ? 1 - axis : axis;
}

}

Result<PreprocessingSteps> stepsOf(const std::vector<InsertedNode>& chain, const TensorType& input,
                                   bool isBatchFirst)
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
        else if (node.op.is("Transpose"))
            steps.perm = node.attributes.integers("perm");
        else
            return Error{"no-spelling",
                         fmt::format("{} has no form as code here.", printable(node.op.type))};
    }
    if (!isBatchFirst)
        return steps;
    for (int64_t& axis : steps.inserted)
        axis = exchanged(axis);
    if (steps.perm.size() > 1)
        std::swap(steps.perm[0], steps.perm[1]);
    if (std::is_sorted(steps.perm.begin(), steps.perm.end()))
        steps.perm.clear();
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

std::string withAxes(const PreprocessingSteps& steps, Framework framework, std::string x)
{
    struct Spellings {
        const char *insert, *remove, *permute;
    };
    constexpr Spellings table[]{
        {"tf.expand_dims({}, {})", "tf.squeeze({}, [{}])", "tf.transpose({}, [{}])"},
        {"torch.unsqueeze({}, {})", "torch.squeeze({}, {})", "torch.permute({}, ({}))"},
        {"jnp.expand_dims({}, {})", "jnp.squeeze({}, {})", "jnp.transpose({}, ({}))"}};
    const Spellings& spelled = table[static_cast<size_t>(framework)];
    for (const int64_t axis : steps.inserted)
        x = fmt::format(fmt::runtime(spelled.insert), x, axis);
    for (const int64_t axis : steps.removed)
        x = fmt::format(fmt::runtime(spelled.remove), x, axis);
    if (!steps.perm.empty())
        x = fmt::format(fmt::runtime(spelled.permute), x, fmt::join(steps.perm, ", "));
    return x;
}

Shape withAxes(const PreprocessingSteps& steps, Shape shape)
{
    for (const int64_t axis : steps.inserted)
        shape.insert(static_cast<int>(axis), 1);
    for (const int64_t axis : steps.removed)
        shape.erase(static_cast<int>(axis));
    return steps.perm.empty() ? shape : permuted(shape, steps.perm);
}

}
