// engine/ops/string_ops.cpp - text: StringConcat, StringSplit, StringNormalizer, RegexFullMatch.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/text_vector_ops.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

namespace backstep {

namespace {

using Tensors = Result<std::vector<Tensor>>;

/// Element `index` of `shape`, as an index into a tensor that is broadcast to it.
int64_t broadcastIndex(int64_t index, const Shape& shape, const Shape& own)
{
    int64_t result = 0, stride = 1;
    for (int back = 0; back < shape.rank(); ++back) {
        const int64_t at = index % shape.back(back);
        index /= shape.back(back);
        if (back >= own.rank())
            continue;
        result += own.back(back) == 1 ? 0 : at * stride;
        stride *= own.back(back);
    }
    return result;
}

Tensors concatenated(const EvaluateCall& call)
{
    const Tensor &a = call.inputs[0], &b = call.inputs[1];
    Result<Shape> shape = broadcastShapes(a.shape(), b.shape());
    if (!shape)
        return shape.takeError();
    std::vector<std::string> texts;
    for (int64_t i = 0; i < shape->count(); ++i)
        texts.push_back(a.strings()[static_cast<size_t>(broadcastIndex(i, *shape, a.shape()))] +
                        b.strings()[static_cast<size_t>(broadcastIndex(i, *shape, b.shape()))]);
    return std::vector<Tensor>{Tensor::ofStrings(*shape, std::move(texts))};
}

/// As Python's str.split: an empty delimiter means runs of white space.
std::vector<std::string> parts(const std::string& text, const std::string& delimiter, int64_t most)
{
    std::vector<std::string> all;
    const auto isFull = [&] { return most >= 0 && static_cast<int64_t>(all.size()) >= most; };
    if (delimiter.empty()) {
        const char* const space = " \t\n\r\v\f";
        size_t at = text.find_first_not_of(space);
        while (at != std::string::npos) {
            const size_t end = isFull() ? std::string::npos : text.find_first_of(space, at);
            if (end == std::string::npos) {
                const size_t last = text.find_last_not_of(space);
                all.push_back(text.substr(at, last + 1 - at));
                break;
            }
            all.push_back(text.substr(at, end - at));
            at = text.find_first_not_of(space, end);
        }
        return all;
    }
    size_t at = 0;
    while (true) {
        const size_t end = isFull() ? std::string::npos : text.find(delimiter, at);
        all.push_back(text.substr(at, end == std::string::npos ? end : end - at));
        if (end == std::string::npos)
            return all;
        at = end + delimiter.size();
    }
}

Tensors splitTexts(const EvaluateCall& call)
{
    const Tensor& x = call.inputs[0];
    const std::string delimiter = call.attributes.text("delimiter", "");
    const int64_t most = call.attributes.integer("maxsplit", -1);
    if (x.shape().rank() >= kMaxRank)
        return Error{"unsupported", fmt::format("the result would have a rank above {}", kMaxRank)};
    std::vector<std::vector<std::string>> rows;
    size_t longest = 0;
    Tensor counts(TensorType{DType::Int64, x.shape()});
    for (const std::string& text : x.strings()) {
        rows.push_back(parts(text, delimiter, most));
        counts.mutableData<int64_t>()[rows.size() - 1] = static_cast<int64_t>(rows.back().size());
        longest = std::max(longest, rows.back().size());
    }
    std::vector<std::string> flat;
    for (std::vector<std::string>& row : rows) {
        row.resize(longest);
        flat.insert(flat.end(), row.begin(), row.end());
    }
    Shape shape = x.shape();
    shape.append(static_cast<int64_t>(longest));
    return std::vector<Tensor>{Tensor::ofStrings(shape, std::move(flat)), counts};
}

/// Letters of ASCII alone change; others depend on a locale that the file does not carry along.
std::string inCase(std::string text, const std::string& action)
{
    for (char& c : text) {
        if (action == "LOWER" && c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
        if (action == "UPPER" && c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

Tensors normalized(const EvaluateCall& call)
{
    const Tensor& x = call.inputs[0];
    const Shape& shape = x.shape();
    if (shape.rank() != 1 && !(shape.rank() == 2 && shape[0] == 1))
        return Error{"shape", "input is " + shape.text() + ", wanted [n] or [1, n]"};
    const std::string action = call.attributes.text("case_change_action", "NONE");
    const bool isExact = call.attributes.integer("is_case_sensitive", 0) != 0;
    std::vector<std::string> stops = call.attributes.texts("stopwords");
    const auto folded = [&](const std::string& text) {
        return isExact ? text : inCase(text, "LOWER");
    };
    for (std::string& stop : stops)
        stop = folded(stop);
    std::vector<std::string> kept;
    for (const std::string& text : x.strings())
        if (std::find(stops.begin(), stops.end(), folded(text)) == stops.end())
            kept.push_back(inCase(text, action));
    if (kept.empty())
        kept.emplace_back(); // ONNX: never an empty tensor
    Shape result{static_cast<int64_t>(kept.size())};
    if (shape.rank() == 2)
        result.insert(0, 1);
    return std::vector<Tensor>{Tensor::ofStrings(result, std::move(kept))};
}

// ONNX asks for RE2's syntax; RE2 takes time and memory in proportion to the text, whatever the
// pattern, which is anybody's.
Tensors matched(const EvaluateCall& call)
{
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(call.attributes.text("pattern", ""), options);
    if (!pattern.ok())
        return Error{"attribute", fmt::format("attribute 'pattern' is no regular expression: {}",
                                              pattern.error())};
    const Tensor& x = call.inputs[0];
    Tensor y(TensorType{DType::Bool, x.shape()});
    for (size_t i = 0; i < x.strings().size(); ++i)
        y.mutableData<bool>()[i] = RE2::FullMatch(x.strings()[i], pattern);
    return std::vector<Tensor>{y};
}

void addText(OpRegistry& ops, std::string name, int opset, const std::string& what,
             std::vector<Port> inputs, std::vector<Port> outputs, EvaluateRule evaluate)
{
    ops.add({
        .name = name,
        .sinceOpset = opset,
        .doc = what + "\n    Gradient  none: text carries none\n    Source    ONNX operator " +
               name + ", opset " + std::to_string(opset),
        .inputs = std::move(inputs),
        .outputs = std::move(outputs),
        .evaluate = evaluate,
        .gradient = GradientRule::notDifferentiable("it works on text"),
    });
}

}

void registerStringOps(OpRegistry& ops)
{
    addText(ops, "StringConcat", 20, "Two texts joined, element by element; they broadcast.",
            {{"X", strings}, {"Y", strings}}, {{"Z", strings}}, concatenated);
    addText(ops, "StringSplit", 20, "Texts cut at a delimiter; Z counts the parts of each.",
            {{"X", strings}}, {{"Y", strings}, {"Z", {DType::Int64}, Port::Arity::Optional}},
            splitTexts);
    addText(ops, "StringNormalizer", 10, "Stop words taken out, letters in one case (ASCII).",
            {{"X", strings}}, {{"Y", strings}}, normalized);
    addText(ops, "RegexFullMatch", 20, "True where the whole text matches the pattern.",
            {{"X", strings}}, {{"Y", booleans}}, matched);
    registerTextVectorOps(ops);
}

}
