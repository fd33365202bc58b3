#pragma once

namespace backstep {

class OpRegistry;

/// Text and labels to numbers: TfIdfVectorizer, and LabelEncoder of ai.onnx.ml.
void registerTextVectorOps(OpRegistry& ops);

}
