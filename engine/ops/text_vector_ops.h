#pragma once

#include "engine/graph/node.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

class OpRegistry;

/// Of operators on text that ONNX has not; no function body can say what they do.
inline constexpr std::string_view kTextDomain = "backstep.text";
/// How many ids CharacterIds gives: 0 to 127.
inline constexpr int64_t kCharacterIds = 128;

/// An attribute that is a list of reals; empty without one.
std::vector<double> realsOf(const Attributes& attributes, const std::string& name);

/// Text to numbers: TfIdfVectorizer, CharacterIds.
void registerTextVectorOps(OpRegistry& ops);

}
