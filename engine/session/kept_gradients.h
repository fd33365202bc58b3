#pragma once

#include "engine/exporters/gradient_notes.h"
#include "engine/session/document.h"

namespace backstep {

/// Applies the gradients that a file keeps to a document whose graph is there, and says so in
/// `told`. One whose op changed, went away or refuses the text becomes an orphan (SEMANTICS R17).
void applyKept(const std::vector<GradientNote>& notes, Document& document,
               std::vector<std::string>& told);

/// The opened file's bytes with the document's gradients beside its graph: as notes, and each as a
/// function that no node calls, and what was given in the place of ops as called functions; orphans
/// as notes alone. A gradient that has no form in ONNX is kept as a note.
Result<std::string> bytesWithGradients(const Document& document);

}
