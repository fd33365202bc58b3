#pragma once

#include "engine/ops/graph_builder.h"

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace backstep {

struct FunctionSpelling;
struct PythonValue;
struct PythonObject;
struct PythonFunction;

struct PythonNone {
};
struct PythonEllipsis {
};
struct PythonNumber {
    double value = 0;
    bool isInteger = false;
};
/// `a:b:c` between brackets.
struct PythonSlice {
    std::optional<int64_t> start, end, step;
};
/// A name with dots that leads to functions: "torch.nn.functional" is kept as "F".
struct PythonModule {
    std::string path;
};
/// A tuple, a list or a shape.
struct PythonTuple {
    std::vector<PythonValue> items;
};
/// A function of the table, or a method of `self`.
struct PythonBuiltin {
    const FunctionSpelling* spelling = nullptr;
    std::shared_ptr<const PythonValue> self = {}; ///< null where it is no method
};

/// What a piece of pasted Python stands for while it is read. Only tensors become graph.
struct PythonValue {
    using Kind = std::variant<PythonNone, bool, PythonNumber, std::string, Value, DType,
                              PythonTuple, PythonSlice, PythonEllipsis, PythonModule, PythonBuiltin,
                              std::shared_ptr<PythonObject>, std::shared_ptr<PythonFunction>>;
    PythonValue() = default;
    template<class T>
    requires std::constructible_from<Kind, T> PythonValue(T is) : kind(std::move(is)) {}

    template<class T> const T* as() const { return std::get_if<T>(&kind); }
    bool isNone() const { return std::holds_alternative<PythonNone>(kind); }
    Kind kind;
};

PythonValue integerValue(int64_t value);
PythonValue tupleOf(std::span<const int64_t> sizes);
/// "a number", "a tensor float32 [4, 3]", "a tuple of 2": for messages.
std::string described(const PythonValue& value);

}
