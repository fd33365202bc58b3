#include "engine/diagnostics/fix.h"

namespace backstep {

std::string_view nameOf(FixKind kind)
{
    static constexpr std::string_view names[]{"replace-forward", "gradient-only",
                                              "insert-preprocessing", "cut", "environment"};
    return names[static_cast<size_t>(kind)];
}

std::string_view wordsOf(FixKind kind)
{
    static constexpr std::string_view words[]{"replaces the forward", "gradient only",
                                              "inserts preprocessing", "cut or uncut",
                                              "outside the graph"};
    return words[static_cast<size_t>(kind)];
}

Fix cutHere()
{
    return {"Stop the gradient here on purpose", FixKind::Cut, std::string(kNoGradient)};
}

Fix takeCutAway()
{
    return {.title = "Take the cut away", .kind = FixKind::Cut, .uncuts = true};
}

std::string_view wordsOf(const Fix& fix)
{
    return fix.isAdvice() ? "advice" : wordsOf(fix.kind);
}

}
