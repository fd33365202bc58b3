#include "engine/session/compared_findings.h"

#include "engine/session/program.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr std::string_view kWorks = "Works in ";

std::array<Profile, 4> profilesFor(const Document& document)
{
    const bool isEager = document.profile.isEager;
    return {Profile{}, Profile{Framework::TensorFlow, isEager}, Profile{Framework::PyTorch, false},
            Profile{Framework::Jax, false}};
}

std::shared_ptr<const FindingList> findingsBy(const Snapshot& snapshot, const Profile& profile)
{
    if (snapshot.document->profile == profile)
        return snapshot.findings;
    Document document = *snapshot.document;
    document.profile = profile;
    IdBook scrap;
    const Result<Program> program = buildProgram(document, scrap);
    return program ? program->findings : std::make_shared<const FindingList>();
}

/// One row an op; findings about the whole model are told apart by what they say.
ComparedFinding& rowFor(std::vector<ComparedFinding>& rows, const Finding& finding)
{
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const ComparedFinding& row) {
        return row.node == finding.node &&
               (row.node != kNoNode || row.title == finding.kind->title);
    });
    if (found != rows.end())
        return *found;
    ComparedFinding row;
    row.node = finding.node;
    row.timesteps = finding.timesteps;
    row.title = finding.kind->title;
    rows.push_back(std::move(row));
    return rows.back();
}

void addWhereItWorks(ComparedFinding& row, const Finding& finding)
{
    for (const Fix& fix : finding.fixes)
        if (fix.title.starts_with(kWorks) &&
            std::find(row.worksIn.begin(), row.worksIn.end(), fix.title) == row.worksIn.end())
            row.worksIn.push_back(fix.title);
}

Severity severityOf(const ComparedFinding& row)
{
    Severity worst = Severity::Info;
    for (const ProfileSaying& saying : row.profiles)
        if (saying.kind)
            worst = std::min(worst, saying.kind->severity);
    return worst;
}

}

std::vector<ComparedFinding> compareFindings(const Snapshot& snapshot)
{
    std::vector<ComparedFinding> rows;
    if (!snapshot.document || !snapshot.frameworks)
        return rows;
    const std::array<Profile, 4> profiles = profilesFor(*snapshot.document);
    for (size_t i = 0; i < profiles.size(); ++i) {
        const std::shared_ptr<const FindingList> findings = findingsBy(snapshot, profiles[i]);
        for (const Finding& finding : *findings) {
            if (finding.severity() == Severity::Info)
                continue;
            ComparedFinding& row = rowFor(rows, finding);
            row.profiles[i].kind = finding.kind;
            row.profiles[i].sentence = i == 0 ? finding.message : finding.says[i - 1];
            addWhereItWorks(row, finding);
        }
    }
    const Graph& graph = *snapshot.document->graph;
    for (ComparedFinding& row : rows) {
        if (row.node == kNoNode || !graph.has(row.node))
            continue;
        const ComparedOp op = compareOp(row.node, *snapshot.report, *snapshot.frameworks,
                                        snapshot.document->profile.isEager);
        for (size_t i = 0; i < op.words.size(); ++i) {
            row.profiles[i].word = op.words[i];
            if (row.profiles[i].sentence.empty())
                row.profiles[i].sentence = op.whys[i];
        }
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return severityOf(a) < severityOf(b); });
    return rows;
}

}
