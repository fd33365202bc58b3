#pragma once

#include "engine/session/document.h"

namespace backstep {

/// True where the gradient is cut at the op on purpose: by the user's choice, or by the file.
bool isCutAt(const Document& document, NodeId node);

/// The document without the cut at an op. A choice goes as a whole, whatever other ops it stands
/// for; a StopGradient of the file stays and hands dy on. Error: the op is not cut.
Result<Document> withoutCut(const Document& document, NodeId node);

}
