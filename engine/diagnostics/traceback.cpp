#include "engine/diagnostics/traceback.h"

#include "engine/base/text.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr size_t kLongestGap = 300, kLongestWord = 200, kLongestText = size_t{1} << 20;

/// What ops, tensors, layers and nodes are called.
bool isWordByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./:-").find(c) != std::string_view::npos;
}

/// A pattern in pieces: what is taken before each literal.
struct Piece {
    enum Kind { Start, Op, Name, Gap } before;
    std::string_view literal;
};

std::vector<Piece> piecesOf(std::string_view pattern)
{
    static constexpr std::pair<std::string_view, Piece::Kind> marks[]{
        {"<op>", Piece::Op}, {"<name>", Piece::Name}, {"<...>", Piece::Gap}};
    std::vector<Piece> pieces;
    Piece::Kind before = Piece::Start;
    while (true) {
        size_t at = pattern.size(), length = 0;
        Piece::Kind next = Piece::Start;
        for (const auto& [mark, kind] : marks)
            if (const size_t found = pattern.find(mark); found < at) {
                at = found;
                length = mark.size();
                next = kind;
            }
        pieces.push_back({before, pattern.substr(0, at)});
        if (next == Piece::Start)
            return pieces;
        pattern.remove_prefix(at + length);
        before = next;
    }
}

struct Match {
    size_t begin = 0, end = 0;
    std::vector<std::string> ops, names;
};

/// Fits the pieces behind the first one, which ends at `at`. Each looks at a bounded stretch.
bool fitRest(std::string_view text, const std::vector<Piece>& pieces, size_t at, Match& match)
{
    for (size_t i = 1; i < pieces.size(); ++i) {
        const auto& [before, literal] = pieces[i];
        if (before == Piece::Gap) {
            const std::string_view near = text.substr(at, kLongestGap + literal.size());
            const size_t found = near.find(literal);
            if (found == std::string_view::npos)
                return false;
            at += found + literal.size();
            continue;
        }
        size_t end = at;
        while (end < text.size() && end - at < kLongestWord && isWordByte(text[end]) &&
               (literal.empty() || !text.substr(end).starts_with(literal)))
            ++end;
        std::string word(text.substr(at, end - at));
        while (literal.empty() && !word.empty() && (word.back() == '.' || word.back() == ':'))
            word.pop_back(); // the end of a sentence
        if (word.empty() || !text.substr(end).starts_with(literal))
            return false;
        (before == Piece::Op ? match.ops : match.names).push_back(std::move(word));
        at = end + literal.size();
    }
    match.end = at;
    return true;
}

/// The last place that fits: of chained exceptions the last one was raised to the top.
std::optional<Match> lastMatch(std::string_view text, std::string_view pattern)
{
    constexpr int kMostPlaces = 64;
    const std::vector<Piece> pieces = piecesOf(pattern);
    size_t from = std::string_view::npos;
    for (int place = 0; place < kMostPlaces; ++place) {
        const size_t begin = text.rfind(pieces[0].literal, from);
        if (begin == std::string_view::npos)
            return std::nullopt;
        Match match;
        match.begin = begin;
        if (fitRest(text, pieces, begin + pieces[0].literal.size(), match))
            return match;
        if (begin == 0)
            return std::nullopt;
        from = begin - 1;
    }
    return std::nullopt;
}

/// Names that any traceback may hold beside the message: the layer at work, the node.
void addNamesAround(std::string_view text, TracebackCause& cause)
{
    for (const std::string_view pattern :
         {"of layer '<name>'", "No gradient defined for operation'<name>'",
          "Detected at node <name> ", "{{node <name>}}", "layer \"<name>\""})
        if (const std::optional<Match> match = lastMatch(text, pattern))
            for (const std::string& name : match->names)
                if (std::find(cause.names.begin(), cause.names.end(), name) == cause.names.end())
                    cause.names.push_back(name);
}

size_t literalSize(std::string_view pattern)
{
    size_t size = 0;
    for (const Piece& piece : piecesOf(pattern))
        size += piece.literal.size();
    return size;
}

}

std::string plainText(std::string_view traceback)
{
    std::string plain;
    // What was raised stands at the end.
    traceback = traceback.substr(traceback.size() - std::min(traceback.size(), kLongestText));
    for (size_t i = 0; i < traceback.size(); ++i) {
        const char c = traceback[i];
        if (c == '\x1b' && i + 1 < traceback.size() && traceback[i + 1] == '[') {
            for (i += 2; i < traceback.size() && (traceback[i] < '@' || traceback[i] > '~');)
                ++i;
            continue;
        }
        const bool isBlank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!isBlank)
            plain += c;
        else if (!plain.empty() && plain.back() != ' ')
            plain += ' ';
    }
    return plain;
}

std::vector<TracebackCause> causesOf(std::string_view traceback)
{
    const std::string text = plainText(traceback);
    std::vector<TracebackCause> causes;
    for (const MessagePattern& pattern : messagePatterns()) {
        const std::optional<Match> match = lastMatch(text, pattern.text);
        if (!match)
            continue;
        TracebackCause cause{&pattern,   text.substr(match->begin, match->end - match->begin),
                             match->ops, match->names,
                             {},         0};
        cause.score =
            pattern.points + static_cast<int>(std::min<size_t>(60, literalSize(pattern.text)));
        for (const MessageClue& clue : messageClues())
            if (clue.kind == pattern.kind && text.find(clue.text) != std::string::npos) {
                cause.score += clue.points;
                cause.clues.push_back(clue.meaning);
            }
        addNamesAround(text, cause);
        causes.push_back(std::move(cause));
    }
    std::stable_sort(causes.begin(), causes.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    // One cause is told once, by the form that fits best; names of its other forms are kept.
    std::vector<TracebackCause> told;
    for (TracebackCause& cause : causes) {
        const auto same = std::find_if(told.begin(), told.end(), [&](const TracebackCause& other) {
            return other.pattern->kind == cause.pattern->kind;
        });
        if (same == told.end()) {
            told.push_back(std::move(cause));
            continue;
        }
        for (auto [from, to] : {std::pair{&cause.ops, &same->ops}, {&cause.names, &same->names}})
            for (const std::string& word : *from)
                if (std::find(to->begin(), to->end(), word) == to->end())
                    to->push_back(word);
    }
    return told;
}

}
