#pragma once

#include "app/cli/options.h"

namespace backstep {

// Each does one command and gives its exit code.
int checkModels(const Options& options);
int runModel(const Options& options);
int gradcheckModelFile(const Options& options);
int trainModel(const Options& options);
int convertModel(const Options& options);
int listOperators(const Options& options);
int listOrWriteExample(const Options& options);
int writeNewModel(const Options& options);
int exportFix(const Options& options);
int explainTraceback(const Options& options);
int writeManual(const Options& options);

/// An error below the text that was typed, with a caret under its column.
std::string errorUnderText(const std::string& text, const Error& error);

}
