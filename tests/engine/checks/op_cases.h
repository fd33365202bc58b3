#pragma once

// Every differentiable operator with the shapes, attributes and domains at which its gradient is
// checked: tests/data/gradcheck_ops.txt, made into functions here.

#include "engine/checks/probe.h"
#include "engine/ops/op_def.h"

#include <map>
#include <string>
#include <vector>

namespace backstep::opcases {

/// One row of tests/data/gradcheck_ops.txt, which says how it is written.
struct Row {
    std::string op, domain;
    size_t outputs = 1;
    std::string attributes, signatures;
};
/// Operators whose results depend on no floating input, though they have a gradient, with why.
struct Table {
    std::vector<Row> rows;
    std::map<std::string, std::string> excused;
};
const Table& table();
/// One test row for each operator of the table; column "op".
void addOpRows();

/// A row at one attribute set and one signature.
struct Case {
    OpName op;
    Attributes attributes;
    std::vector<std::string> inputs;
    size_t outputs = 1;
    std::string text; ///< "ReduceSum keepdims=0: [2,3] {1}"
};
std::vector<Case> casesOf(const Row& row);
/// "1,-2"
std::vector<int64_t> integersIn(std::string_view text);

/// How the op stands in its function, and where its inputs lie.
enum class Variant : uint8_t {
    Plain,
    FanOut,   ///< the first input is also squared: its cotangent comes from two consumers
    Repeated, ///< equal inputs are one value, else the result is multiplied by itself
    Unused,   ///< only one of several results is looked at
    Edges,    ///< near the edges of the domain, or far out where there is none
};
inline constexpr Variant kVariants[] = {Variant::Plain, Variant::FanOut, Variant::Repeated,
                                        Variant::Unused, Variant::Edges};
const char* nameOf(Variant variant);

/// The function of a case; an Error when the op refuses it.
Result<CheckedFunction> functionOf(const Case& each, Variant variant, uint32_t seed);

}
