#include "app/cli/options.h"

#include "app/cli/typed_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace backstep {

namespace {

void addModelOptions(CLI::App& command, Options& options, TypedOptions& typed)
{
    command
        .add_option("--inputs", options.model.inputs,
                    "Data for the run: an .npz file with entries by input name, or input0 (or "
                    "input), input1, ... by position, and target")
        ->type_name("FILE.npz");
    command.add_option("--loss", typed.loss, "mse, cross-entropy or sum")->type_name("LOSS");
    command
        .add_option("--output", options.model.loss.output,
                    "The output that the loss looks at (default: the first floating one)")
        ->type_name("NAME");
    command.add_option("--dtype", typed.dtype, "float32 or float64 (widens everything floating)")
        ->type_name("DTYPE");
    command.add_option("--dim", typed.dimensions, "Size of a free dimension, such as batch=4")
        ->type_name("NAME=SIZE")
        ->allow_extra_args(false);
    command
        .add_option("--memory", options.model.memory,
                    "What a run may keep, such as 512M; less is computed again when needed")
        ->transform(CLI::AsSizeValue(false))
        ->type_name("SIZE");
    command
        .add_option("--threads", options.model.threads,
                    "Among how many threads long recurrences are shared (default: one a core)")
        ->check(CLI::Range(1, 64))
        ->type_name("N");
    command
        .add_option("--gradient", typed.gradients,
                    "A gradient for an op (by node name, else by op type), such as "
                    "'Sign=dy * (1 - tf.math.tanh(x)**2)'; 'lstm/Sign@3-5,9=dy' at these "
                    "timesteps alone; 'Sign=None' cuts it on purpose")
        ->type_name("OP=EXPRESSION")
        ->allow_extra_args(false);
    command
        .add_option("--forward", typed.forwards,
                    "What an op computes that nobody knows (by node name, else by op type), such "
                    "as 'Bucketize=tf.floor(x / 2)' or 'Scale=x * weight(\"lstm/W\")'")
        ->type_name("OP=EXPRESSION")
        ->allow_extra_args(false);
    command
        .add_option("--fix", typed.fixes,
                    "A fix of the library for an op (by node name, else by op type), such as "
                    "'Sign=soft-sign:8': the manual lists the ids; 'cut' stops the gradient "
                    "there, 'uncut' takes a cut away")
        ->type_name("OP=ID[:SHARPNESS]")
        ->allow_extra_args(false);
    command
        .add_option("--accept-surrogate", options.model.surrogateReason,
                    "Why a --gradient may differ from the true one")
        ->type_name("REASON");
    command.add_flag("--allow-incomplete", options.allowsIncomplete,
                     "Take gradients that lack the part through an op");
}

Options wrongUsage(const std::string& message)
{
    fmt::print(stderr, "{}\nbackstep --help tells what can be typed.\n", message);
    Options options;
    options.command = CommandName::Done;
    options.exitCode = kUsage;
    return options;
}

}

Options readOptions(int argc, char** argv)
{
    Options options;
    TypedOptions typed;
    CLI::App program("Backstep: a debugger for the gradients of recurrent networks.\n"
                     "Without a command it opens its window.",
                     "backstep");
    program.set_version_flag("--version", "backstep 0.1");
    program.require_subcommand(0, 1);
    program.footer("Exit codes: 0 clean, 1 findings, 2 a file could not be opened, 3 wrong usage, "
                   "4 the program failed.");
    std::string window;
    program.add_option("file", window, "A model to open in the window");

    CLI::App& check =
        *program.add_subcommand("check", "Report what breaks the gradients of models");
    check.add_option("files", options.files, "Models, or folders to search")->required();
    check.add_option("--format", typed.format, reportFormWords() + " (json: one object a line)");
    check.add_option("--jobs", options.jobs, "How many files are checked at a time")
        ->check(CLI::Range(1, 64))
        ->type_name("N");
    check
        .add_option("--timeout", options.timeout,
                    "Seconds that a file may take; it then counts as one that cannot be opened")
        ->check(CLI::PositiveNumber)
        ->type_name("S");
    check.add_option("--profile", typed.profile,
                     "By whose rules: backstep, tensorflow (:graph or :eager), pytorch, jax");
    check.add_flag("--compare", options.isCompared,
                   "Show what Backstep, TensorFlow, PyTorch and JAX make of each finding");
    check.add_flag("!--no-run", options.isRun, "Leave out what only the values of a run tell");
    check.add_option("--fail-on", typed.failOn, "What makes the exit code 1")
        ->capture_default_str();
    addModelOptions(check, options, typed);

    CLI::App& run =
        *program.add_subcommand("run", "One forward and backward pass: loss, gradients");
    run.add_option("file", options.files, "The model")->required()->expected(1);
    run.add_option("--save", options.saveTo, "Write loss, outputs, gradients and statuses")
        ->type_name("OUT.npz");
    run.add_flag("--json", options.isJson, "Print one JSON object");
    addModelOptions(run, options, typed);

    CLI::App& gradcheck = *program.add_subcommand(
        "gradcheck", "Compare the gradient of every op with differences of its values, in float64");
    gradcheck.add_option("file", options.files, "The model")->required()->expected(1);
    gradcheck.add_option("--op", options.op, "Only this op (by node name, else all of this type)")
        ->type_name("NAME");
    gradcheck.add_flag("--json", options.isJson, "Print one JSON object");
    addModelOptions(gradcheck, options, typed);

    CLI::App& train =
        *program.add_subcommand("train", "Train a few steps: does the loss fall, what moves?");
    train.add_option("file", options.files, "The model")->required()->expected(1);
    train.add_flag("--json", options.isJson, "Print one JSON object");
    addTrainingOptions(train, options.train);
    addModelOptions(train, options, typed);

    CLI::App& convert = *program.add_subcommand("convert", "Write a model as ONNX");
    convert.add_option("files", options.files, "The model, and the .onnx file to write")
        ->required()
        ->expected(2);
    convert.add_flag("--training-graph", options.isTrainingGraph,
                     "Write forward pass, loss and backward pass: inputs, target and dloss in; "
                     "loss, outputs and WEIGHT.grad out");
    addModelOptions(convert, options, typed);

    CLI::App& code = *program.add_subcommand(
        "export", "Write the fix of an op as Python, with its gradient and a test");
    code.add_option("file", options.files, "The model")->required()->expected(1);
    code.add_option("--op", options.op, "The op that the gradient is attached to, by name or type")
        ->required()
        ->type_name("NAME");
    code.add_option("--to", typed.exportTo, "tensorflow (a Keras layer), pytorch or jax")
        ->required()
        ->type_name("FRAMEWORK");
    code.add_option("--choice", options.fix,
                    "Of an op that does not take its input: which of the fixes (1: the first)")
        ->check(CLI::Range(1, 99))
        ->type_name("N");
    code.add_option("-o,--out", options.saveTo, "Where to write it (default: standard output)")
        ->type_name("OUT.py");
    addModelOptions(code, options, typed);

    CLI::App& ops = *program.add_subcommand("ops", "List the operators and what gradient each has");
    ops.add_flag("--markdown", options.isMarkdown, "The whole table, and a section for each");

    CLI::App& example =
        *program.add_subcommand("example", "List the built-in examples, or write one as ONNX");
    std::string name, out;
    example.add_option("name", name, "Its name or number");
    example.add_option("out", out, "Where to write it; its data goes to a .npz beside it");

    CLI::App& make = *program.add_subcommand(
        "new", "Write the model of a line such as\n"
               "x: float32[batch, time, 8] -> LSTM(64) -> sign -> Dense(10) -> mse");
    make.add_option("text", name, "The line")->required();
    make.add_option("out", out, "Where to write the .onnx file")->required();

    CLI::App& explain = *program.add_subcommand(
        "explain", "What a Python traceback means, and where in a model it is");
    std::string explained;
    explain.add_option("file", explained, "The model that it came from");
    explain
        .add_option("--traceback", options.traceback,
                    "The text; without it, or as -, it is read from standard input")
        ->type_name("FILE.txt");
    explain.add_option("--format", typed.format, "text, or json");

    CLI::App& manual =
        *program.add_subcommand("manual", "Write the manual's pages about findings, as Markdown");
    manual.add_option("folder", options.files, "Where to write them")->required()->expected(1);

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0)
            return wrongUsage(error.what());
        options.exitCode = program.exit(error); // help and version
        options.command = CommandName::Done;
        return options;
    }

    if (check.parsed() || run.parsed())
        options.command = check.parsed() ? CommandName::Check : CommandName::Run;
    else if (gradcheck.parsed())
        options.command = CommandName::Gradcheck;
    else if (train.parsed())
        options.command = CommandName::Train;
    else if (convert.parsed())
        options.command = CommandName::Convert;
    else if (code.parsed())
        options.command = CommandName::Export;
    else if (ops.parsed())
        options.command = CommandName::Ops;
    else if (manual.parsed())
        options.command = CommandName::Manual;
    else if (explain.parsed())
        options.command = CommandName::Explain;
    else if (example.parsed() || make.parsed())
        options.command = example.parsed() ? CommandName::Example : CommandName::New;
    if (example.parsed() && name.empty() != out.empty())
        return wrongUsage("example wants no argument, or a name and a file to write.");
    if (!explained.empty())
        options.files = {explained};
    if (!name.empty())
        options.files = {name, out};
    if (!window.empty())
        options.files = {window};
    if (const Result<void> taken = takeTyped(typed, options); !taken)
        return wrongUsage(taken.error().text());
    if (options.train.triesFixes && train.count("--steps") == 0)
        options.train.options.steps = 50;
    if (options.command == CommandName::Gradcheck)
        options.model.dtype = DType::Float64; // SEMANTICS R13
    return options;
}

}
