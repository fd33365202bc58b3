#pragma once

#include "engine/diagnostics/fix.h"

#include "engine/graph/address.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace backstep {

enum class Severity : uint8_t { Error, Warning, Info };

/// What `--fail-on` calls a finding.
enum class FailClass : uint8_t {
    None,
    Zero,
    Missing,
    Unknown,
    Dtype,
    Incomplete,
    Nan,
    Vanishing,
    Exploding,
    NoClass
};

/// What a claim about a framework rests on (SEMANTICS R5).
enum class Basis : uint8_t {
    SourceOp,  ///< the file names the framework's own op
    ByAnalogy, ///< ONNX op to nearest function
    Captured,  ///< the framework really did this
};
std::string_view nameOf(Basis basis); ///< "source-op", "by-analogy", "captured"

/// Where a kind can be seen.
enum class SeenIn : uint8_t {
    Graph,     ///< without running anything
    Run,       ///< in the values of a run
    Gradient,  ///< in a gradient that the user gives
    File,      ///< in what a file says of itself
    Traceback, ///< in an exception's text alone
};

/// A kind of finding: a row of the catalogue. A code is for ever.
struct DiagnosticKind {
    std::string_view code;
    std::string_view title;
    Severity severity;
    FailClass failClass = FailClass::NoClass;
    SeenIn seenIn = SeenIn::Graph;
    std::string_view what = {};                               ///< what one sees
    std::string_view why = {};                                ///< where it comes from
    std::string_view tensorflow = {}, pytorch = {}, jax = {}; ///< how each says it
    std::string_view example = {}; ///< a minimal graph; "x: ..." where `backstep new` takes it
    std::string_view remedy = {};
    FixKind remedyKind = FixKind::Environment;
};
/// The row's remedy as a fix: advice.
Fix remedyOf(const DiagnosticKind& kind);

/// One phenomenon at one op, its timesteps folded to ranges.
struct Finding {
    const DiagnosticKind* kind = nullptr;
    NodeId node = kNoNode;                     ///< kNoNode: about the whole model
    std::vector<TimestepRange> timesteps = {}; ///< empty outside every Scan
    std::string message = {};
    std::vector<ValueId> weights = {}; ///< what it cuts off
    std::vector<Fix> fixes = {};
    Basis basis = Basis::ByAnalogy;
    bool isNote = false; ///< of no consequence here: another path goes around, or data is made up
    std::array<std::string, 3> says = {}; ///< in the frameworks' own words, by Framework

    Severity severity() const { return isNote ? Severity::Info : kind->severity; }
};
using FindingList = std::vector<Finding>;

/// Collects findings; the same kind at the same op with the same message is one finding.
class DiagnosticSink
{
public:
    void report(Finding finding);
    const FindingList& findings() const { return m_findings; }
    FindingList take();

private:
    FindingList m_findings;
    std::unordered_multimap<uint32_t, size_t> m_byNode; ///< which of them, by node id
};

/// "12 timesteps", "t3", "t0–t4", "t0–t2, t5"; "–" outside every Scan.
std::string timestepsText(const std::vector<TimestepRange>& timesteps);
int64_t timestepCount(const std::vector<TimestepRange>& timesteps);

}
