#pragma once

#include "engine/base/result.h"

#include <span>
#include <string>
#include <string_view>

namespace backstep {

/// A function that expressions may call. `op` is the ONNX operator, or one of Square, ZerosLike and
/// OnesLike, which lowering spells out.
struct BareFunction {
    std::string_view name;
    std::string_view op;
    size_t argumentCount;
};

/// Every spelling; prefixes such as `tf.math.` are taken off before looking.
std::span<const BareFunction> bareFunctions();

/// The function behind a dotted name as typed. The Error names what is unknown, the prefix or the
/// function, and the nearest known one.
Result<const BareFunction*> bareFunctionNamed(std::string_view dottedName);

/// True for `np.pi`, `math.pi` and the like, with its value.
bool isKnownConstant(std::string_view dottedName, double& value);

}
