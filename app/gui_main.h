#pragma once

#include <string>

namespace backstep {

/// Opens the window (on a model, if a path is given) and runs until it is closed; the exit code.
int runWindow(int argc, char** argv, const std::string& modelPath);

}
