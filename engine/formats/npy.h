#pragma once

#include "engine/formats/file_view.h"
#include "engine/tensor/tensor.h"

#include <string>
#include <string_view>

namespace backstep {

/// One array in NumPy's own form; `name` is for messages. See npz.h for what is read.
Result<Tensor> tensorOfNpy(std::string_view bytes, const std::string& name, const Limits& limits);
Result<std::string> npyOf(const Tensor& tensor, const std::string& name);

}
