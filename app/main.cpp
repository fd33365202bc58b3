#include "app/cli/commands.h"

#ifdef BACKSTEP_GUI
#include "app/gui_main.h"
#endif

#include <cstdio>
#include <cstdlib>
#include <exception>

using namespace backstep;

namespace {

int openWindow(int argc, char** argv, const Options& options)
{
#ifdef BACKSTEP_GUI
    for (const char* display : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (const char* value = std::getenv(display); value && *value)
            return runWindow(argc, argv, options.files.empty() ? std::string() : options.files[0]);
    std::fprintf(stderr, "There is no display for the window.");
#else
    static_cast<void>(argc), static_cast<void>(argv), static_cast<void>(options);
    std::fprintf(stderr, "This build has no window.");
#endif
    std::fprintf(stderr, " Without one: backstep check MODEL.onnx\n");
    return kFailed;
}

int runCommand(int argc, char** argv)
{
    const Options options = readOptions(argc, argv);
    switch (options.command) {
    case CommandName::Window:
        return openWindow(argc, argv, options);
    case CommandName::Check:
        return checkModels(options);
    case CommandName::Run:
        return runModel(options);
    case CommandName::Gradcheck:
        return gradcheckModelFile(options);
    case CommandName::Train:
        return trainModel(options);
    case CommandName::Convert:
        return convertModel(options);
    case CommandName::Export:
        return exportFix(options);
    case CommandName::Ops:
        return listOperators(options);
    case CommandName::Example:
        return listOrWriteExample(options);
    case CommandName::New:
        return writeNewModel(options);
    case CommandName::Explain:
        return explainTraceback(options);
    case CommandName::Manual:
        return writeManual(options);
    case CommandName::Done:
        break;
    }
    return options.exitCode;
}

}

int main(int argc, char** argv)
{
    try {
        return runCommand(argc, argv);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "Backstep failed: %s\n", failure.what());
        return kFailed;
    }
}
