#include "engine/session/insertions.h"

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/exporters/onnx_insertion.h"
#include "engine/formats/onnx.pb.h"
#include "engine/formats/onnx_file.h"
#include "engine/importers/initial_weights.h"
#include "engine/ops/text_vector_ops.h"
#include "engine/session/made_up_data.h"
#include "engine/session/opening.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace backstep {

namespace {

constexpr double kEmbeddingLimit = 0.05;

InsertedNode embedding(int64_t rows, int64_t columns, DType dtype, uint32_t seed)
{
    InsertedNode node{{"Gather"}};
    node.constants = {
        {"embedding", InitialWeights(seed, dtype).uniform({rows, columns}, kEmbeddingLimit)}};
    node.readsTable = true;
    return node;
}

InsertedNode withAxes(std::string op, const std::vector<int64_t>& axes)
{
    return {{std::move(op)}, {{"axes", Tensor::ints(axes)}}};
}

/// Characters of [n] texts become timesteps: ids [n, length] -> [n, length, k] -> [length, n, k].
std::vector<InsertedNode> characterChain(const Tensor& texts, int64_t columns, DType dtype,
                                         uint32_t seed)
{
    size_t longest = 1;
    for (const std::string& text : texts.strings())
        longest = std::max(longest, characterCount(text));
    InsertedNode ids{{"CharacterIds", std::string(kTextDomain)}};
    ids.attributes = {{"length", static_cast<int64_t>(longest)}};
    InsertedNode turn{{"Transpose"}};
    turn.attributes = {{"perm", std::vector<int64_t>{1, 0, 2}}};
    return {ids, embedding(kCharacterIds, columns, dtype, seed), turn};
}

/// Whole texts by a table; id 0 is for texts that it does not hold. Text [time, batch] gets k
/// features, [n] becomes one timestep of them, and of [time, batch, k] every one is a number.
std::vector<InsertedNode> wordChain(const Tensor& texts, int64_t columns, DType dtype,
                                    uint32_t seed)
{
    const std::set<std::string> words(texts.strings().begin(), texts.strings().end());
    std::vector<int64_t> ids;
    for (size_t i = 1; i <= words.size(); ++i)
        ids.push_back(static_cast<int64_t>(i));
    InsertedNode table{{"LabelEncoder", "ai.onnx.ml"}};
    table.attributes = {{"keys_strings", std::vector<std::string>(words.begin(), words.end())},
                        {"values_int64s", ids},
                        {"default_int64", int64_t{0}}};
    const int rank = texts.shape().rank();
    const auto rows = static_cast<int64_t>(words.size()) + 1;
    std::vector<InsertedNode> chain{table, embedding(rows, rank == 3 ? 1 : columns, dtype, seed)};
    if (rank == 1)
        chain.push_back(withAxes("Unsqueeze", {0}));
    if (rank == 3)
        chain.push_back(withAxes("Squeeze", {3}));
    return chain;
}

/// A vector with a one at the id of the text, as long as the layer takes.
std::vector<InsertedNode> oneHotChain(const Tensor& texts, int64_t columns, DType dtype, uint32_t)
{
    std::vector<InsertedNode> chain = wordChain(texts, columns, dtype, 0);
    InsertedNode oneHot{{"OneHot"}};
    oneHot.constants = {{"depth", Tensor::ints({columns}).reshaped({})},
                        {"values", Tensor::of<float>({2}, {0, 1}).converted(dtype)}};
    chain[1] = oneHot;
    return chain;
}

/// [n] becomes n timesteps of one number, [time, batch] gets one feature.
std::vector<InsertedNode> numberChain(const Tensor& texts, int64_t, DType dtype, uint32_t)
{
    InsertedNode cast{{"Cast"}};
    cast.attributes = {{"to", static_cast<int64_t>(dtype)}};
    std::vector<InsertedNode> chain{cast};
    const int rank = texts.shape().rank();
    if (rank < 3)
        chain.push_back(withAxes("Unsqueeze",
                                 rank == 1 ? std::vector<int64_t>{1, 2} : std::vector<int64_t>{2}));
    return chain;
}

/// The tensor that a numeric op would read next to its text decides the dtype of the Embedding.
DType weightDType(const Graph& graph, const Node& node)
{
    for (ValueId input : node.inputs)
        if (input != kNoValue && isFloating(graph.value(input).type.dtype))
            return graph.value(input).type.dtype;
    return DType::Float32;
}

Result<Tensor> textsOf(const Document& document, ValueId operand)
{
    const ValueInfo& info = document.graph->value(operand);
    if (!info.content.isNull())
        return info.content;
    std::vector<std::string> notes;
    Result<std::map<ValueId, Tensor>> feeds = feedsFor(*document.graph, document.inputs, notes);
    if (!feeds)
        return feeds.takeError();
    const auto found = feeds->find(operand);
    if (found == feeds->end())
        return Error{"unsupported",
                     fmt::format("'{}' is made inside the model, so its texts are "
                                 "not known beforehand",
                                 info.name),
                     "Put the ids before the op that makes the text."};
    return found->second;
}

using ChainMaker = std::vector<InsertedNode> (*)(const Tensor&, int64_t, DType, uint32_t);

ChainMaker makerOf(Insertion::Kind kind)
{
    switch (kind) {
    case Insertion::Kind::Characters:
        return characterChain;
    case Insertion::Kind::OneHot:
        return oneHotChain;
    case Insertion::Kind::Numbers:
        return numberChain;
    default:
        return wordChain;
    }
}

/// A whole text as one number, as ONNX's Cast reads it.
bool isNumber(const std::string& text)
{
    const std::string_view word = trimmed(text);
    if (word.empty())
        return false;
    const std::string number(word);
    char* end = nullptr;
    std::strtod(number.c_str(), &end);
    return end == number.c_str() + number.size();
}

}

Result<InsertionChain> chainOf(const Document& document, const Insertion& insertion)
{
    const Graph& graph = *document.graph;
    const Node& node = graph.node(insertion.node);
    if (insertion.kind == Insertion::Kind::Cast) {
        InsertedNode cast{{"Cast"}};
        cast.attributes = {{"to", static_cast<int64_t>(insertion.dtype)}}; // ONNX's own numbers
        return InsertionChain{{cast}, {}};
    }
    if (insertion.kind == Insertion::Kind::Unsqueeze)
        return InsertionChain{{withAxes("Unsqueeze", {insertion.axis})}, {}};
    if (insertion.kind == Insertion::Kind::Transpose) {
        InsertedNode turn{{"Transpose"}};
        turn.attributes = {{"perm", insertion.perm}};
        return InsertionChain{{turn}, {}};
    }
    Result<Tensor> texts = textsOf(document, node.inputs[insertion.input]);
    if (!texts)
        return texts.takeError();
    if (const std::string why = refusalOf(document, insertion); !why.empty())
        return Error{"unsupported", why, "Choose word or character ids with an Embedding."};
    return InsertionChain{makerOf(insertion.kind)(*texts, featuresWanted(graph, node),
                                                  weightDType(graph, node), document.inputs.seed),
                          *texts};
}

std::string refusalOf(const Document& document, const Insertion& insertion)
{
    const bool isOneHot = insertion.kind == Insertion::Kind::OneHot;
    if ((!isOneHot && insertion.kind != Insertion::Kind::Numbers) ||
        !document.graph->has(insertion.node))
        return {};
    const Node& node = document.graph->node(insertion.node);
    const Result<Tensor> texts = textsOf(document, node.inputs[insertion.input]);
    if (!texts)
        return texts.error().message;
    const int64_t features = featuresWanted(*document.graph, node);
    if (isOneHot) {
        const std::set<std::string> words(texts->strings().begin(), texts->strings().end());
        const auto needed = static_cast<int64_t>(words.size()) + 1; // 0 is for unknown ones
        return needed <= features
                   ? std::string()
                   : fmt::format("{} and one for unknown texts are more than the layer's {}",
                                 counted(needed - 1, "text"), counted(features, "feature"));
    }
    for (const std::string& text : texts->strings())
        if (!isNumber(text))
            return fmt::format("'{}' is no number", printable(text));
    const int64_t given = texts->shape().rank() == 3 ? texts->shape().back() : 1;
    return given == features ? std::string()
                             : fmt::format("the layer takes {} a timestep, and this gives {}",
                                           counted(features, "feature"), given);
}

Result<Document> withInsertion(const Document& document, const Insertion& insertion)
{
    const Graph& graph = *document.graph;
    const Node& node = graph.node(insertion.node);
    const Result<InsertionChain> chain = chainOf(document, insertion);
    if (!chain)
        return chain.error();
    onnx::ModelProto model;
    if (!model.ParseFromString(document.source->bytes))
        return Error{"onnx-unreadable", "The model's bytes cannot be read again."};
    InsertionPlace place;
    place.input = static_cast<int>(insertion.input);
    for (ValueId output : node.outputs)
        if (output != kNoValue && place.output.empty())
            place.output = graph.value(output).name;
    const std::string prefix =
        (node.origin.layer.empty() ? node.origin.name : node.origin.layer) + "/input";
    if (Result<void> done = insertBefore(model, place, prefix, chain->nodes); !done)
        return done.takeError();
    return documentEdited(document, model);
}

}
