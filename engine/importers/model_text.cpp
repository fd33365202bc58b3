#include "engine/importers/model_text.h"

#include "engine/base/text.h"
#include "engine/tensor/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace backstep {

namespace {

constexpr size_t kMaxBytes = 20'000;
constexpr std::string_view kForm = "x: float32[batch, time, 8] -> LSTM(64) -> Dense(10) -> mse";

constexpr bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
}

/// Reads words and symbols off a line and keeps the column in characters.
class Reader
{
public:
    explicit Reader(std::string_view text) : m_text(text) { skipBlanks(); }

    int column() const { return m_column; }
    bool atEnd() const { return m_text.empty(); }

    bool take(std::string_view symbol)
    {
        if (!m_text.starts_with(symbol))
            return false;
        skip(symbol.size());
        skipBlanks();
        return true;
    }

    /// Letters, digits, `_` and `.`; a dash too where a letter follows ("cross-entropy").
    std::string word()
    {
        size_t length = 0;
        const auto belongs = [&](size_t i) {
            return isWordCharacter(m_text[i]) ||
                   (m_text[i] == '-' && i > 0 && i + 1 < m_text.size() &&
                    isWordCharacter(m_text[i + 1]));
        };
        while (length < m_text.size() && belongs(length))
            ++length;
        std::string taken(m_text.substr(0, length));
        skip(length);
        skipBlanks();
        return taken;
    }

    /// A word, a signed number or a quoted word.
    std::string value()
    {
        for (const char quote : {'\'', '"'})
            if (m_text.starts_with(quote))
                if (const size_t end = m_text.find(quote, 1); end != std::string_view::npos) {
                    std::string taken(m_text.substr(1, end - 1));
                    skip(end + 1);
                    skipBlanks();
                    return taken;
                }
        const bool isNegative = m_text.starts_with('-') && !m_text.starts_with("->");
        if (isNegative)
            skip(1);
        std::string rest = word();
        return rest.empty() ? rest : (isNegative ? "-" : "") + rest;
    }

    /// What stands here, for messages.
    std::string shownHere() const
    {
        if (m_text.empty())
            return "the end of the text";
        if (m_text.starts_with("->"))
            return "'->'";
        size_t length = 1;
        while (length < m_text.size() && length < 16 &&
               ((isWordCharacter(m_text[0]) && isWordCharacter(m_text[length])) ||
                !beginsCharacter(m_text[length])))
            ++length;
        return "'" + printable(m_text.substr(0, length)) + "'";
    }

    Error expected(std::string_view what) const
    {
        return modelTextError(fmt::format("Expected {} and found {}", what, shownHere()), m_column,
                              fmt::format("A model reads: {}", kForm));
    }

private:
    void skip(size_t length)
    {
        m_column += static_cast<int>(characterCount(m_text.substr(0, length)));
        m_text.remove_prefix(length);
    }
    void skipBlanks() { skip(std::min(m_text.find_first_not_of(" \t\r\n"), m_text.size())); }

    std::string_view m_text;
    int m_column = 0;
};

std::optional<int64_t> integerIn(std::string_view text)
{
    int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number);
    return failure == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

Result<DType> readDType(Reader& reader)
{
    static const std::vector<std::string> known{"float32", "float64", "int32", "int64", "string"};
    const int column = reader.column();
    const std::string name = reader.word();
    if (name.empty())
        return reader.expected("an element type such as float32");
    if (std::find(known.begin(), known.end(), name) != known.end())
        return *dtypeNamed(name);
    const std::string near = closestWord(name, known);
    return modelTextError(fmt::format("Expected an element type ({}) and found '{}'",
                                      join(known, ", "), printable(name)),
                          column, near.empty() ? "" : "Did you mean '" + near + "'?");
}

Result<std::vector<TextDimension>> readDimensions(Reader& reader)
{
    std::vector<TextDimension> dimensions;
    if (!reader.take("["))
        return reader.expected("'[' and the sizes of the input");
    do {
        const int column = reader.column();
        const std::string word = reader.value();
        if (word.empty())
            return reader.expected("a size: a number, or a name such as batch");
        const std::optional<int64_t> size = integerIn(word);
        const bool isNumber = word.front() == '-' || (word.front() >= '0' && word.front() <= '9');
        if (isNumber && (!size || *size < 1 || *size > (int64_t{1} << 31)))
            return modelTextError(
                fmt::format("Expected a size from 1 up and found '{}'", printable(word)), column);
        if (dimensions.size() == kMaxRank)
            return modelTextError(fmt::format("Expected at most {} sizes", kMaxRank), column);
        dimensions.push_back({size ? std::string() : word, size.value_or(0)});
    } while (reader.take(","));
    if (!reader.take("]"))
        return reader.expected("',' or ']'");
    return dimensions;
}

Result<TextLayer> readLayer(Reader& reader)
{
    TextLayer layer;
    layer.column = reader.column();
    layer.name = reader.word();
    if (layer.name.empty())
        return reader.expected("a layer such as LSTM(64)");
    if (!reader.take("(") || reader.take(")"))
        return layer;
    do {
        TextArgument argument;
        argument.column = reader.column();
        argument.value = reader.value();
        if (reader.take("=")) {
            argument.name = std::move(argument.value);
            argument.column = reader.column();
            argument.value = reader.value();
        }
        if (argument.value.empty())
            return reader.expected("an argument such as 64 or activation=relu");
        layer.arguments.push_back(std::move(argument));
    } while (reader.take(","));
    if (!reader.take(")"))
        return reader.expected("',' or ')'");
    return layer;
}

}

Error modelTextError(std::string message, int column, std::string hint)
{
    Error error{"model-text", fmt::format("{} (column {}).", message, column + 1), std::move(hint)};
    error.column = column;
    return error;
}

Result<int64_t> countOf(const TextArgument& argument, std::string_view what)
{
    const std::optional<int64_t> count = integerIn(argument.value);
    constexpr int64_t largest = 1 << 24;
    if (count && *count >= 1 && *count <= largest)
        return *count;
    return modelTextError(fmt::format("Expected {} from 1 to {} and found '{}'", what, largest,
                                      printable(argument.value)),
                          argument.column);
}

Result<ModelText> parseModelText(std::string_view text)
{
    if (text.size() > kMaxBytes)
        return modelTextError(fmt::format("The text is too long: {} bytes, and the limit is {}",
                                          text.size(), kMaxBytes),
                              0);
    Reader reader(text);
    ModelText model;
    model.input = reader.word();
    if (model.input.empty())
        return reader.expected("the input's name");
    if (!reader.take(":"))
        return reader.expected("':' and the input's element type");
    model.dtypeColumn = reader.column();
    Result<DType> dtype = readDType(reader);
    if (!dtype)
        return dtype.takeError();
    model.dtype = *dtype;
    Result<std::vector<TextDimension>> dimensions = readDimensions(reader);
    if (!dimensions)
        return dimensions.takeError();
    model.dimensions = std::move(*dimensions);
    while (reader.take("->")) {
        Result<TextLayer> layer = readLayer(reader);
        if (!layer)
            return layer.takeError();
        model.layers.push_back(std::move(*layer));
    }
    if (!reader.atEnd())
        return reader.expected("'->' or the end of the text");
    if (model.layers.empty())
        return reader.expected("'->' and a layer");
    return model;
}

}
