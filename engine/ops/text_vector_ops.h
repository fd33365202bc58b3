#pragma once

#include <cstdint>
#include <string_view>

namespace backstep {

class OpRegistry;

/// Of operators on text that ONNX has not; no function body can say what they do.
inline constexpr std::string_view kTextDomain = "backstep.text";
/// How many ids CharacterIds gives: 0 to 127.
inline constexpr int64_t kCharacterIds = 128;

/// Text and labels to numbers: TfIdfVectorizer, LabelEncoder of ai.onnx.ml, CharacterIds.
void registerTextVectorOps(OpRegistry& ops);

}
