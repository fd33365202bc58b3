#pragma once

#include "engine/ops/op_def.h"

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

OpDef einsumOp();

}
