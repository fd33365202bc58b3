#pragma once

#include "engine/session/document.h"

namespace backstep {

/// The document with something else computed in an op's place, imported anew; data, loss and the
/// gradients of other ops stay, those of this op become orphans. Errors: code "forward", with a
/// column where the text is at fault.
Result<Document> withForward(const Document& document, const ForwardChoice& choice);

/// The document with the op as the file has it. Error: nothing was given for `op`.
Result<Document> withoutForward(const Document& document, const std::string& op);

}
