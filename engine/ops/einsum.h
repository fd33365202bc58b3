#pragma once

#include "engine/ops/graph_builder.h"
#include "engine/ops/op_def.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace backstep {

/// The letters of an Einsum: one string an operand, and the result's.
struct EinsumLetters {
    std::vector<std::string> operands;
    std::string result;
};

/// Reads "abc,cd->abd" (implicit results too); an Error names what is wrong. Ellipses and repeated
/// letters within one operand are refused.
Result<EinsumLetters> parseEinsum(const std::string& equation, size_t operandCount);
std::string einsumText(const EinsumLetters& letters);
/// The size of the axis of each letter; an Error says which operand does not fit.
Result<std::map<char, int64_t>> einsumSizes(const EinsumLetters& letters,
                                            std::span<const Shape> shapes);

/// Replaces operands by their products until two are left, the smallest product first. All are of
/// one dtype. An Error says which operand does not fit.
Result<void> contractToTwo(GraphBuilder& builder, EinsumLetters& letters,
                           std::vector<Value>& operands);

OpDef einsumOp();

}
