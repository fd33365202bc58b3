#pragma once

#include "engine/diagnostics/finding.h"
#include "engine/diagnostics/framework_tables.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// A form of message that a framework prints. In `text`, `<op>` and `<name>` take a word (an op, or
/// a tensor, layer or node), `<...>` any 300 characters at most; all else is as printed, with runs
/// of blanks as one blank.
struct MessagePattern {
    const DiagnosticKind* kind;
    std::optional<Framework> framework; ///< nothing: ONNX Runtime and the like
    std::string_view text;
    std::string_view versions = {}; ///< where the form, or the cause, is known from
    int points = 0;                 ///< before or behind other causes of the same message
};
std::span<const MessagePattern> messagePatterns();

/// Words elsewhere in a traceback that speak for a cause of a message with several, or against it.
struct MessageClue {
    const DiagnosticKind* kind;
    std::string_view text;
    int points;
    std::string_view meaning;
};
std::span<const MessageClue> messageClues();

/// A cause that fits a traceback.
struct TracebackCause {
    const MessagePattern* pattern;
    std::string excerpt;                 ///< the part of the text that fits
    std::vector<std::string> ops;        ///< op types that the text names
    std::vector<std::string> names;      ///< tensors, layers and nodes that it names
    std::vector<std::string_view> clues; ///< meanings of the clues found
    int score = 0;
};

/// The causes that fit, the likeliest first; none for a text that no pattern fits. Takes time in
/// proportion to the text, whatever it holds.
std::vector<TracebackCause> causesOf(std::string_view traceback);

/// Colours removed, runs of blanks and line ends as one blank.
std::string plainText(std::string_view traceback);

}
