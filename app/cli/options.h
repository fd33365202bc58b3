#pragma once

#include "app/cli/option_values.h"
#include "engine/base/result.h"
#include "engine/diagnostics/finding.h"
#include "engine/diagnostics/framework_tables.h"
#include "engine/exporters/report_form.h"
#include "engine/session/document.h"

#include <map>
#include <string>
#include <vector>

namespace backstep {

/// Exit codes, the same for all commands; over several files the largest counts.
enum ExitCode : int {
    kClean = 0,
    kFound = 1,      ///< findings at the level asked for
    kUnreadable = 2, ///< a file could not be opened or written
    kUsage = 3,
    kFailed = 4, ///< the program itself failed
};

/// `--gradient 'OP=EXPRESSION'`, split at the first `=`.
struct GradientOption {
    std::string op, expression;
};

/// How a model is opened: what `check` and `run` share.
struct ModelOptions {
    std::string inputs; ///< path of an .npz file, or ""
    LossChoice loss;
    bool isLossTyped = false; ///< else a loss that the model names wins
    DTypeSet widened = {};    ///< floats that are read as float64
    std::map<std::string, int64_t> dimensions;
    std::vector<GradientOption> gradients;
    std::vector<ForwardChoice> forwards;
    std::vector<TypedFix> fixes;
    std::string surrogateReason;
    Profile profile;
    size_t memory = SIZE_MAX; ///< what a run may keep, in bytes
    int threads = 0;          ///< 0: one a core
    uint32_t seed = InputChoice().seed;
};

enum class CommandName : uint8_t {
    Window,
    Check,
    Run,
    Gradcheck,
    Train,
    Convert,
    Export,
    Explain,
    Ops,
    Manual,
    Example,
    New,
    Done
};

struct Options {
    CommandName command = CommandName::Window;
    ModelOptions model;
    std::vector<std::string>
        files; ///< models; of Convert, Example and New: what is written from, then the output
    bool isJson = false;
    const ReportForm* form = nullptr; ///< of Check
    int jobs = 1;                     ///< of Check: files at a time
    double timeout = 0;               ///< of Check: seconds a file, 0: any
    bool isCompared = false;          ///< of Check: the findings by all profiles, too
    bool isRun = true;                ///< of Check: runs the model too, where it can be run
    bool allowsIncomplete = false;
    FailRule failOn;
    TrainCommand train;
    bool isTrainingGraph = false;
    bool isInlined = false; ///< a training graph without functions
    bool isMarkdown = false;
    std::string saveTo;
    std::string op; ///< of Gradcheck and Export: a node name or an op type, or "" for all
    Framework exportTo = Framework::TensorFlow;
    size_t fix = 1;        ///< of Export: which of the things to put before the op
    std::string traceback; ///< of Explain: path of its text, or "" for standard input
    int exitCode = kClean; ///< of Done: help was shown, or the usage was wrong
};

/// Reads the command line. Help and wrong usage are answered here; the command is then Done.
Options readOptions(int argc, char** argv);

}
