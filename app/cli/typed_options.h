#pragma once

#include "app/cli/options.h"

#include <string>
#include <vector>

namespace backstep {

/// Values as typed, before they are checked.
struct TypedOptions {
    std::string format = "text", failOn = "zero,none,missing,unknown,dtype,incomplete";
    std::string loss = "", dtype = "float32", profile = "backstep", exportTo = "";
    std::vector<std::string> gradients, forwards, fixes, dimensions;
};

/// Checks what was typed and puts it into `options`. The Error names the option, what it got and
/// what it takes.
Result<void> takeTyped(const TypedOptions& typed, Options& options);

}
