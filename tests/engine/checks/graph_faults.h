#pragma once

// Faults that a wrong gradient rule would make, put into a backward pass that is already built.

#include "engine/autodiff/differentiate.h"

#include <vector>

namespace backstep::faults {

enum class Kind : uint8_t {
    Sign,          ///< a value of the backward pass is negated
    FactorTwo,     ///< or doubled
    MissingSum,    ///< one of two contributions is dropped, or one term stands for a sum
    Transposed,    ///< a square matrix is read by columns
    OffByOne,      ///< a carry is read one timestep early or late
    WrongResidual, ///< another forward value of the same type is read
};
inline constexpr Kind kKinds[] = {Kind::Sign,       Kind::FactorTwo, Kind::MissingSum,
                                  Kind::Transposed, Kind::OffByOne,  Kind::WrongResidual};
const char* nameOf(Kind kind);

/// A place where a fault fits: a value of the backward pass, or an input of one of its ops.
struct Site {
    Kind kind;
    NodeId node = kNoNode;
    size_t input = 0;           ///< of Transposed, OffByOne and WrongResidual
    ValueId instead = kNoValue; ///< of OffByOne and WrongResidual
};

/// All places; only those that some cotangent of a target is computed from.
std::vector<Site> sitesOf(const Differentiated& whole);
void seed(Differentiated& whole, const Site& site);
/// "Sign at 'dW' (MatMul)"
std::string textOf(const Differentiated& whole, const Site& site);

}
