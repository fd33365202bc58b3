#pragma once

#include "engine/autodiff/profile.h"
#include "engine/graph/id_book.h"
#include "engine/session/observer.h"

namespace backstep {

/// All that follows from a document before anything is run.
struct Program {
    std::shared_ptr<const Graph> graph; ///< forward, loss, backward
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<const ConversionReport> report;
    std::shared_ptr<const FindingList> findings;
    std::shared_ptr<const FrameworkAnswers> frameworks; ///< what each would say
    std::shared_ptr<const StateMap> states;
    std::map<ValueId, ValueId> cotangents;
    std::map<ValueId, Tensor> feeds;
    std::vector<std::string> assumptions;
};

/// Adds the loss, analyses, differentiates and plans: milliseconds, whatever the number of
/// timesteps. Errors: a gradient that does not compile or fit, a loss that does not fit, given data
/// of the wrong type.
Result<Program> buildProgram(const Document& document, IdBook& ids);

}
