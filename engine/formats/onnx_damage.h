#pragma once

#include <string>
#include <string_view>

namespace backstep {

/// Where and how the bytes of an ONNX model break the protobuf encoding, for people: "truncated:
/// field 'graph' at byte 10 says it holds 5000 bytes and 64 are left". Messages nested deeper than
/// `nesting` count as broken. "" when nothing is found.
std::string damageIn(std::string_view bytes, int nesting);

}
