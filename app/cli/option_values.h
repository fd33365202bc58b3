#pragma once

#include "engine/base/result.h"
#include "engine/diagnostics/finding.h"
#include "engine/session/training.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace CLI {
class App;
}

namespace backstep {

/// `OP=EXPRESSION`, split at the first `=`. The expression keeps its indentation.
Result<std::pair<std::string, std::string>> opAndText(const char* option, const std::string& typed);

/// `--fix 'OP=ID[:SHARPNESS]'`
struct TypedFix {
    std::string op, id;
    std::optional<double> sharpness;
};
Result<TypedFix> typedFix(const std::string& typed);

/// `--fail-on zero,none,...`; the Error names the words that there are.
Result<std::set<FailClass>> failClasses(const std::string& typed);

/// What `train` takes beside the model.
struct TrainCommand {
    TrainingOptions options;
    std::string optimizer = "adam";
    bool triesFixes = false;
};
void addTrainingOptions(CLI::App& command, TrainCommand& train);
Result<void> readTraining(TrainCommand& train);

}
