#include "app/cli/typed_options.h"

#include "engine/base/text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <utility>

namespace backstep {

namespace {

constexpr std::array<std::pair<std::string_view, FailClass>, 9> kFailWords{{
    {"zero", FailClass::Zero},
    {"none", FailClass::None},
    {"missing", FailClass::Missing},
    {"unknown", FailClass::Unknown},
    {"dtype", FailClass::Dtype},
    {"incomplete", FailClass::Incomplete},
    {"nan", FailClass::Nan},
    {"vanishing", FailClass::Vanishing},
    {"exploding", FailClass::Exploding},
}};

/// `OP=EXPRESSION`, split at the first `=`. The expression keeps its indentation.
Result<std::pair<std::string, std::string>> opAndText(const char* option, const std::string& typed)
{
    const size_t equals = typed.find('=');
    if (equals == std::string::npos || equals == 0)
        return Error{"usage", fmt::format("{} wants OP=EXPRESSION and got '{}'.", option, typed)};
    return std::pair(std::string(trimmed(typed.substr(0, equals))), typed.substr(equals + 1));
}

Result<void> readExpressions(const TypedOptions& typed, ModelOptions& model)
{
    for (const std::string& text : typed.gradients) {
        const auto gradient = opAndText("--gradient", text);
        if (!gradient)
            return gradient.error();
        model.gradients.push_back({gradient->first, gradient->second});
    }
    for (const std::string& text : typed.forwards) {
        const auto forward = opAndText("--forward", text);
        if (!forward)
            return forward.error();
        model.forwards.push_back({forward->first, forward->second});
    }
    return {};
}

Result<void> readDimensions(const TypedOptions& typed, ModelOptions& model)
{
    for (const std::string& text : typed.dimensions) {
        const size_t equals = text.find('=');
        int64_t size = 0;
        if (equals == std::string::npos || equals == 0 ||
            !CLI::detail::lexical_cast(text.substr(equals + 1), size) || size < 0)
            return Error{"usage", fmt::format("--dim wants NAME=SIZE and got '{}'.", text)};
        model.dimensions[text.substr(0, equals)] = size;
    }
    return {};
}

Result<void> readFailOn(const TypedOptions& typed, Options& options)
{
    for (const std::string& part : split(typed.failOn, ',')) {
        const std::string_view word = trimmed(part);
        bool isKnown = word.empty();
        std::vector<std::string> words;
        for (const auto& [known, failClass] : kFailWords) {
            words.emplace_back(known);
            if (word != known)
                continue;
            options.failOn.classes.insert(failClass);
            isKnown = true;
        }
        if (!isKnown)
            return Error{"usage", fmt::format("--fail-on has no word '{}'; expected some of {}.",
                                              word, join(words, ","))};
    }
    return {};
}

Result<void> readWords(const TypedOptions& typed, Options& options)
{
    const bool isCheck = options.command == CommandName::Check;
    options.form = reportForm(typed.format);
    if (!options.form || (!isCheck && typed.format != "text" && typed.format != "json"))
        return Error{"usage",
                     fmt::format("--format is {}, not '{}'.",
                                 isCheck ? reportFormWords() : "text or json", typed.format)};
    options.isJson = options.isJson || typed.format == "json";
    const std::string loss = lowered(typed.loss);
    options.model.isLossTyped = !loss.empty();
    if (loss == "cross-entropy" || loss == "cross_entropy")
        options.model.loss.kind = LossKind::CrossEntropy;
    else if (loss == "sum")
        options.model.loss.kind = LossKind::Sum;
    else if (!loss.empty() && loss != "mse")
        return Error{"usage",
                     fmt::format("--loss is mse, cross-entropy or sum, not '{}'.", typed.loss)};
    const auto dtype = dtypeNamed(typed.dtype);
    if (dtype != DType::Float32 && dtype != DType::Float64)
        return Error{"usage", fmt::format("--dtype is float32 or float64, not '{}'.", typed.dtype)};
    options.model.dtype = *dtype;
    const std::optional<Profile> profile = profileNamed(typed.profile);
    if (!profile)
        return Error{"usage", fmt::format("--profile is backstep, tensorflow, tensorflow:graph, "
                                          "tensorflow:eager, pytorch or jax, not '{}'.",
                                          typed.profile)};
    options.model.profile = *profile;
    return {};
}

Result<void> readFramework(const TypedOptions& typed, Options& options)
{
    if (options.command != CommandName::Export)
        return {};
    for (const Framework framework : kFrameworks) {
        const bool isKeras = framework == Framework::TensorFlow && typed.exportTo == "keras";
        if (typed.exportTo != wordOf(framework) && !isKeras)
            continue;
        options.exportTo = framework;
        return {};
    }
    return Error{"usage",
                 fmt::format("--to is tensorflow, pytorch or jax, not '{}'.", typed.exportTo)};
}

}

Result<void> takeTyped(const TypedOptions& typed, Options& options)
{
    for (const Result<void>& taken :
         {readWords(typed, options), readFailOn(typed, options), readFramework(typed, options),
          readExpressions(typed, options.model), readDimensions(typed, options.model)})
        if (!taken)
            return taken.error();
    return {};
}

}
