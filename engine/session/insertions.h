#pragma once

#include "engine/diagnostics/insertion.h"
#include "engine/exporters/onnx_insertion.h"
#include "engine/session/document.h"

namespace backstep {

/// What is put before an operand, and the texts that go in (null where it is no text).
struct InsertionChain {
    std::vector<InsertedNode> nodes;
    Tensor texts;
};
/// Error: the texts are made inside the model.
Result<InsertionChain> chainOf(const Document& document, const Insertion& insertion);

/// The document with a chain of ops put before an operand of an op, imported anew; gradients, loss
/// and data stay. Tables of ids hold the words of the data at hand, and Embeddings begin with small
/// random weights (uniform within 0.05, as Keras does). Error: the operand does not lie in the
/// file's outermost graph, or its texts are made inside the model.
Result<Document> withInsertion(const Document& document, const Insertion& insertion);

/// Why an insertion cannot be made with the document's data ("'hello' is no number"); "" where it
/// can, or where the data does not matter.
std::string refusalOf(const Document& document, const Insertion& insertion);

}
