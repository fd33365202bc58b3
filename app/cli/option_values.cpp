#include "app/cli/option_values.h"

#include "engine/base/text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <cmath>
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

}

Result<std::pair<std::string, std::string>> opAndText(const char* option, const std::string& typed)
{
    const size_t equals = typed.find('=');
    if (equals == std::string::npos || equals == 0)
        return Error{"usage", fmt::format("{} wants OP=EXPRESSION and got '{}'.", option, typed)};
    return std::pair(std::string(trimmed(typed.substr(0, equals))), typed.substr(equals + 1));
}

Result<TypedFix> typedFix(const std::string& typed)
{
    const size_t equals = typed.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == typed.size())
        return Error{"usage", fmt::format("--fix wants OP=ID or OP=ID:SHARPNESS and got '{}'.",
                                          printable(typed))};
    TypedFix option{std::string(trimmed(typed.substr(0, equals))), typed.substr(equals + 1), {}};
    const size_t colon = option.id.find(':');
    if (colon == std::string::npos)
        return option;
    double sharpness = 0;
    const std::string number = option.id.substr(colon + 1);
    if (!CLI::detail::lexical_cast(number, sharpness) || !std::isfinite(sharpness))
        return Error{"usage", fmt::format("--fix: the sharpness behind ':' is a number such as 8, "
                                          "not '{}'.",
                                          printable(number))};
    option.id.resize(colon);
    option.sharpness = sharpness;
    return option;
}

Result<std::set<FailClass>> failClasses(const std::string& typed)
{
    std::set<FailClass> classes;
    for (const std::string& part : split(typed, ',')) {
        const std::string_view word = trimmed(part);
        bool isKnown = word.empty();
        std::vector<std::string> words;
        for (const auto& [known, failClass] : kFailWords) {
            words.emplace_back(known);
            if (word != known)
                continue;
            classes.insert(failClass);
            isKnown = true;
        }
        if (!isKnown)
            return Error{"usage", fmt::format("--fail-on has no word '{}'; expected some of {}.",
                                              word, join(words, ","))};
    }
    return classes;
}

void addTrainingOptions(CLI::App& command, TrainCommand& train)
{
    command.add_option("--steps", train.options.steps, "How many updates (with --try-fixes 50)")
        ->check(CLI::Range(1, 1'000'000))
        ->type_name("N");
    command.add_option("--optimizer", train.optimizer, "adam or sgd")
        ->capture_default_str()
        ->type_name("NAME");
    command.add_option("--rate", train.options.rate, "The learning rate")
        ->capture_default_str()
        ->type_name("RATE");
    command.add_flag("--try-fixes", train.triesFixes,
                     "Train with each fix of each finding from the same start, and compare");
}

Result<void> readTraining(TrainCommand& train)
{
    if (train.optimizer != "adam" && train.optimizer != "sgd")
        return Error{"usage", fmt::format("--optimizer is adam or sgd, not '{}'.",
                                          printable(train.optimizer))};
    train.options.optimizer = train.optimizer == "sgd" ? Optimizer::Sgd : Optimizer::Adam;
    if (!(train.options.rate > 0) || !std::isfinite(train.options.rate))
        return Error{"usage",
                     fmt::format("--rate is a number above 0, not {:g}.", train.options.rate)};
    return {};
}

}
