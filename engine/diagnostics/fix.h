#pragma once

#include "engine/diagnostics/forward_choice.h"
#include "engine/diagnostics/insertion.h"

#include <optional>
#include <string>
#include <string_view>

namespace backstep {

/// The gradient text of a cut on purpose: nothing for any input (SEMANTICS R15).
inline constexpr std::string_view kNoGradient = "None";

/// What a fix does to the model: every fix declares it.
enum class FixKind : uint8_t {
    ReplaceForward,      ///< something else is computed, such as a smooth function
    GradientOnly,        ///< the forward pass keeps its numbers
    InsertPreprocessing, ///< ops are put before the op
    Cut,                 ///< a path to the loss is cut, or connected again
    Environment,         ///< outside the graph: versions, data, the code around it
};
/// "replace-forward", "gradient-only", "insert-preprocessing", "cut", "environment"
std::string_view nameOf(FixKind kind);
/// The same for people: "replaces the forward", "gradient only"...
std::string_view wordsOf(FixKind kind);

/// Something that the user can do about a finding: at most one of what is optional; with none,
/// plain advice.
struct Fix {
    std::string title;
    FixKind kind = FixKind::Environment;
    std::string expression = {};               ///< a gradient to attach to the op
    std::optional<Insertion> insertion = {};   ///< ops to put before it
    std::optional<ForwardChoice> forward = {}; ///< what to compute in its place
    bool uncuts = false;                       ///< takes a cut of the op away

    std::string refusal = {}; ///< why it cannot be done with the data at hand; "" where it can

    /// Plain advice is done by hand, outside of what is here.
    bool isAdvice() const { return expression.empty() && !insertion && !forward && !uncuts; }
    bool canBeApplied() const { return refusal.empty() && !isAdvice(); }
    /// Training with it may go otherwise than without: a cut lets nothing more through.
    bool canBeTried() const { return canBeApplied() && expression != kNoGradient; }
};
/// Cuts the gradient at an op, which is then absent behind it.
Fix cutHere();
/// Takes such a cut away, or one that the file holds.
Fix takeCutAway();

/// What the fix does, for people; of plain advice "advice", since it does nothing by itself.
std::string_view wordsOf(const Fix& fix);

}
