// engine/ops/text_vector_ops.cpp - text to numbers: TfIdfVectorizer, CharacterIds.

#include "engine/ops/text_vector_ops.h"

#include "engine/base/text.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

#include <map>

namespace backstep {

std::vector<double> realsOf(const Attributes& attributes, const std::string& name)
{
    const auto found = attributes.all().find(name);
    const auto* reals = found == attributes.all().end()
                            ? nullptr
                            : std::get_if<std::vector<double>>(&found->second);
    return reals ? *reals : std::vector<double>{};
}

namespace {

using Tensors = Result<std::vector<Tensor>>;

/// The n-grams of the pool: elements as text, n-gram to its number in the pool.
Result<std::map<std::vector<std::string>, size_t>> poolOf(const Attributes& a)
{
    std::vector<std::string> flat = a.texts("pool_strings");
    for (int64_t number : a.integers("pool_int64s"))
        flat.push_back(std::to_string(number));
    const std::vector<int64_t> starts = a.integers("ngram_counts");
    std::map<std::vector<std::string>, size_t> pool;
    for (size_t n = 1; n <= starts.size(); ++n) {
        const int64_t end = n < starts.size() ? starts[n] : static_cast<int64_t>(flat.size());
        const auto length = static_cast<int64_t>(n);
        if (starts[n - 1] < 0 || end < starts[n - 1] || end > static_cast<int64_t>(flat.size()) ||
            (end - starts[n - 1]) % length != 0)
            return Error{"attribute", "attribute 'ngram_counts' does not fit the pool"};
        for (int64_t at = starts[n - 1]; at < end; at += length) {
            const size_t number = pool.size();
            pool[{flat.begin() + at, flat.begin() + at + length}] = number;
        }
    }
    return pool;
}

struct Grams {
    int64_t shortest, longest, skips;
    std::map<std::vector<std::string>, size_t> pool;
};

void countGrams(const Grams& grams, const std::vector<std::string>& row,
                const std::vector<int64_t>& columns, float* counts)
{
    const auto size = static_cast<int64_t>(row.size());
    for (int64_t n = grams.shortest; n <= grams.longest; ++n)
        for (int64_t distance = 1; distance <= (n == 1 ? 1 : grams.skips + 1); ++distance)
            for (int64_t at = 0; at + (n - 1) * distance < size; ++at) {
                std::vector<std::string> gram;
                for (int64_t k = 0; k < n; ++k)
                    gram.push_back(row[static_cast<size_t>(at + k * distance)]);
                if (const auto found = grams.pool.find(gram); found != grams.pool.end())
                    ++counts[columns[found->second]];
            }
}

Tensors tfIdf(const EvaluateCall& call)
{
    const Tensor& x = call.inputs[0];
    if (x.shape().rank() < 1 || x.shape().rank() > 2)
        return Error{"shape", "input is " + x.shape().text() + ", wanted [n] or [batch, n]"};
    Result<std::map<std::vector<std::string>, size_t>> pool = poolOf(call.attributes);
    if (!pool)
        return pool.takeError();
    const Grams grams{std::max<int64_t>(call.attributes.integer("min_gram_length", 1), 1),
                      call.attributes.integer("max_gram_length", 1),
                      call.attributes.integer("max_skip_count", 0), std::move(*pool)};
    const std::vector<int64_t> columns = call.attributes.integers("ngram_indexes");
    const std::vector<double> weights = realsOf(call.attributes, "weights");
    const std::string mode = call.attributes.text("mode", "TF");
    int64_t width = 0;
    for (int64_t column : columns) {
        if (column < 0 || column > (1 << 24))
            return Error{"attribute", fmt::format("attribute 'ngram_indexes' holds {}", column)};
        width = std::max(width, column + 1);
    }
    if (columns.size() < grams.pool.size() || (!weights.empty() && weights.size() < columns.size()))
        return Error{"attribute", "attributes 'ngram_indexes' and 'weights' do not fit the pool"};
    const int64_t rows = x.shape().rank() == 2 ? x.shape()[0] : 1;
    const int64_t length = x.shape().back();
    Shape shape{width};
    if (x.shape().rank() == 2)
        shape.insert(0, rows);
    Tensor y(TensorType{DType::Float32, shape});
    for (int64_t r = 0; r < rows; ++r) {
        std::vector<std::string> row;
        for (int64_t i = r * length; i < (r + 1) * length; ++i)
            row.push_back(x.dtype() == DType::String ? x.strings()[static_cast<size_t>(i)]
                                                     : std::to_string(x.integer(i)));
        countGrams(grams, row, columns, y.mutableData<float>() + r * width);
    }
    for (int64_t i = 0; i < y.count(); ++i) {
        float& count = y.mutableData<float>()[i];
        if (mode != "TF")
            count = std::min(count, 1.0f);
    }
    if (mode != "IDF" && mode != "TFIDF")
        return std::vector<Tensor>{y};
    const Tensor counts = y;
    Tensor scaled(y.type());
    for (int64_t r = 0; r < rows; ++r)
        for (size_t k = 0; k < columns.size(); ++k) {
            const int64_t at = r * width + columns[k];
            scaled.mutableData<float>()[at] =
                counts.data<float>()[at] *
                (weights.empty() ? 1.0f : static_cast<float>(weights[k]));
        }
    return std::vector<Tensor>{scaled};
}

// --- CharacterIds: one number a character

/// Longer texts are documents; their ids would fill the memory.
constexpr int64_t kLongestText = 100'000;
constexpr unsigned char kOtherCharacter = kCharacterIds - 1;

Types characterIdsShape(const OpCall& call)
{
    const int64_t length = call.attributes.integer("length", 0);
    if (length < 1 || length > kLongestText || call.shape(0).rank() >= kMaxRank)
        return Error{"attribute",
                     fmt::format("attribute 'length' is {}, wanted 1 to {}", length, kLongestText)};
    Shape shape = call.shape(0);
    shape.append(length);
    return std::vector<TensorType>{{DType::Int64, shape}};
}

Tensors characterIds(const EvaluateCall& call)
{
    const Tensor& x = call.inputs[0];
    const int64_t length = call.attributes.integer("length", 0);
    Shape shape = x.shape();
    shape.append(length);
    Tensor ids(TensorType{DType::Int64, shape});
    int64_t* row = ids.mutableData<int64_t>();
    for (const std::string& text : x.strings()) {
        int64_t count = 0;
        for (char c : text)
            if (beginsCharacter(c) && count < length)
                row[count++] =
                    static_cast<unsigned char>(c) < kOtherCharacter ? c : kOtherCharacter;
        row += length;
    }
    return std::vector<Tensor>{ids};
}

}

void registerTextVectorOps(OpRegistry& ops)
{
    ops.add({
        .name = "CharacterIds",
        .domain = std::string(kTextDomain),
        .doc = R"(The characters of each text as numbers, cut or padded to one length.
            Shapes    x: S, text; y: int64 S + [length]
            Numbers   the ASCII code; 127 for any other character (UTF-8), 0 behind the end
            Gradient  none: text carries none; an Embedding behind it learns instead)",
        .inputs = {{"x", strings}},
        .outputs = {{"y", {DType::Int64}}},
        .shape = characterIdsShape,
        .evaluate = characterIds,
        .gradient = GradientRule::notDifferentiable("it works on text"),
    });
    ops.add({
        .name = "TfIdfVectorizer",
        .sinceOpset = 9,
        .doc = R"(How often the n-grams of a pool stand in each row, weighted.
            Shapes    X: [n] or [batch, n], text or ids; Y: float32 [columns] or [batch, columns]
            Gradient  none: it counts text or ids
            Source    ONNX operator TfIdfVectorizer, opset 9)",
        .inputs = {{"X", {DType::String, DType::Int32, DType::Int64}}},
        .outputs = {{"Y", {DType::Float32}}},
        .evaluate = tfIdf,
        .gradient = GradientRule::notDifferentiable("it counts text or ids"),
    });
}

}
