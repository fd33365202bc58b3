#pragma once

#include "engine/formats/onnx.pb.h"
#include "engine/graph/node.h"

#include <string>

namespace backstep {

// Pieces of an ONNX file.

void declareValue(onnx::ValueInfoProto& info, const std::string& name, const TensorType& type);
/// A real number is stored as float32, as ONNX does.
void writeAttribute(onnx::NodeProto& node, const std::string& name, const AttributeValue& value);
void writeAttribute(onnx::NodeProto& node, const std::string& name, const onnx::GraphProto& graph);

}
