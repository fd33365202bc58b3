#pragma once

#include "engine/session/debug_session.h"

namespace backstep::onnx {
class ModelProto;
}

namespace backstep {

// From bytes to a document. Errors say which file, what was found and what is wanted.
Result<Document> documentFromFile(const std::string& path, const OpenOptions& options);
Result<Document> documentFromText(const std::string& text, const OpenOptions& options);
Result<Document> documentFromExample(const std::string& name, const OpenOptions& options);

/// The document with another model in its place, imported in the same way.
Result<Document> documentEdited(const Document& document, const onnx::ModelProto& model);
/// The document imported anew from the bytes of its file.
Result<Document> documentAnew(const Document& document);
/// The same with floats of these dtypes as float64.
Result<Document> documentWidened(const Document& document, DTypeSet widened);

}
