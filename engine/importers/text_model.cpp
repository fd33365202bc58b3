#include "engine/importers/text_model.h"

#include "engine/base/text.h"
#include "engine/importers/layer_builder.h"

#include "engine/formats/onnx.pb.h"

#include <fmt/format.h>

namespace backstep {

namespace {

void addMetadata(onnx::ModelProto& model, const char* key, std::string_view value)
{
    onnx::StringStringEntryProto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(std::string(value));
}

}

TextModel::TextModel() = default;
TextModel::TextModel(TextModel&&) noexcept = default;
TextModel& TextModel::operator=(TextModel&&) noexcept = default;
TextModel::~TextModel() = default;

Result<TextModel> modelFromText(std::string_view text, uint32_t seed)
{
    Result<ModelText> parsed = parseModelText(text);
    if (!parsed)
        return parsed.takeError();
    TextModel made;
    made.title = std::string(trimmed(text));
    made.model = std::make_unique<onnx::ModelProto>();
    onnx::ModelProto& model = *made.model;
    model.set_ir_version(8);
    model.set_producer_name("backstep");
    model.set_producer_version("0.1");
    model.add_opset_import()->set_version(17);
    model.mutable_graph()->set_name("model");
    addMetadata(model, "backstep.text", made.title);

    LayerBuilder builder(*model.mutable_graph(), *parsed, seed);
    for (size_t i = 0; i < parsed->layers.size(); ++i) {
        const TextLayer& layer = parsed->layers[i];
        const Result<LayerCall> call = layerCallOf(layer);
        if (!call)
            return call.error();
        if (call->def->kind != LayerKind::Loss) {
            if (Result<void> added = builder.add(*call); !added)
                return added.takeError();
            continue;
        }
        if (i == 0)
            return modelTextError("Expected a layer before the loss", layer.column);
        if (i + 1 != parsed->layers.size())
            return modelTextError(
                fmt::format("Expected the end of the text after {}", call->def->name),
                parsed->layers[i + 1].column);
        addMetadata(model, "backstep.loss", call->def->op);
    }
    builder.finish();
    return made;
}

}
