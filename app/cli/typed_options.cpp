#include "app/cli/typed_options.h"

#include "engine/base/text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <utility>

namespace backstep {

namespace {

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

Result<void> readFixes(const TypedOptions& typed, ModelOptions& model)
{
    for (const std::string& text : typed.fixes) {
        const Result<TypedFix> fix = typedFix(text);
        if (!fix)
            return fix.error();
        model.fixes.push_back(*fix);
    }
    return {};
}

Result<void> readFailOn(const TypedOptions& typed, Options& options)
{
    Result<std::set<FailClass>> classes = failClasses(typed.failOn);
    if (!classes)
        return classes.takeError();
    options.failOn.classes = std::move(*classes);
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
    if (dtype == DType::Float64)
        options.model.widened = {DType::Float32};
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
          readExpressions(typed, options.model), readFixes(typed, options.model),
          readTraining(options.train), readDimensions(typed, options.model)})
        if (!taken)
            return taken.error();
    return {};
}

}
