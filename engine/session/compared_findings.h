#pragma once

#include "engine/checks/compare.h"
#include "engine/session/debug_session.h"

namespace backstep {

/// All findings, errors and warnings, of the document by the rules of Backstep and the three
/// frameworks (TensorFlow in the document's mode), the most severe first.
std::vector<ComparedFinding> compareFindings(const Snapshot& snapshot);

}
