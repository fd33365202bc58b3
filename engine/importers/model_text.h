#pragma once

#include "engine/base/result.h"
#include "engine/tensor/dtype.h"

#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// `64`, `units=64`, `activation='relu'`, `return_sequences=False` as typed, quotes taken off.
struct TextArgument {
    std::string name; ///< "" by position
    std::string value;
    int column = 0;
};

struct TextLayer {
    std::string name;
    int column = 0;
    std::vector<TextArgument> arguments;
};

/// One size of the input: a number, or a name for a free one.
struct TextDimension {
    std::string name;
    int64_t size = 0;
};

/// The parts of a model's line, before anybody asks what the layers mean.
struct ModelText {
    std::string input;
    DType dtype = DType::Float32;
    int dtypeColumn = 0;
    std::vector<TextDimension> dimensions;
    std::vector<TextLayer> layers;
};

Result<ModelText> parseModelText(std::string_view text);

/// An error at a column (0-based) of a model's line; the message is without full stop, and the
/// column is added for people.
Error modelTextError(std::string message, int column, std::string hint = {});

/// An argument as a count from 1 up; names what it is for in the error.
Result<int64_t> countOf(const TextArgument& argument, std::string_view what);

}
