#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// One offer of an editor, and what it says about it.
struct Completion {
    std::string name;        ///< what takes the place of the word being typed: "exp"
    std::string description; ///< one line without full stop
    std::string signature;   ///< "exp(x)"; empty for a module or a name of the op
    std::string derivative;  ///< "dx = dy * exp(x)"; empty where there is nothing to say
};

/// What a list of offers replaces, and the offers by name.
struct CompletionList {
    int start = 0; ///< where the word being typed begins, in characters from the start of the text
    std::vector<Completion> offers;
};

/// Offers for the word before `cursor` (in characters from the start of the text): functions of the
/// module that stands before its dot, methods after a tensor's dot; for a word without a dot the
/// op's own names, modules and functions. Nothing inside strings and comments.
CompletionList completionsAt(std::string_view text, int cursor,
                             std::span<const std::string> names = {});

/// What the call around the cursor takes.
struct SignatureTip {
    std::string signature;                    ///< "leaky_relu(input, negative_slope=0.01)"
    int parameterBegin = 0, parameterEnd = 0; ///< of the argument being typed, in `signature`
    std::string description, derivative;
};

/// The innermost call that is open at `cursor`, where its function is known.
std::optional<SignatureTip> signatureAt(std::string_view text, int cursor);

}
