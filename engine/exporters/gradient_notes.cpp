#include "engine/exporters/gradient_notes.h"

#include "engine/formats/file_view.h"
#include "engine/formats/onnx.pb.h"
#include "engine/formats/onnx_file.h"

#include <nlohmann/json.hpp>

namespace backstep {

std::string notesAsJson(const std::vector<GradientNote>& notes)
{
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const GradientNote& note : notes)
        all.push_back({{"scope", note.scope},
                       {"name", note.name},
                       {"text", note.text},
                       {"reason", note.reason}});
    return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<std::vector<GradientNote>> notesFromJson(const std::string& json)
{
    const nlohmann::json all = nlohmann::json::parse(json, nullptr, false);
    const Error broken{"gradient-notes", "The custom gradients kept in the file cannot be read.",
                       "Attach them again."};
    if (!all.is_array())
        return broken;
    std::vector<GradientNote> notes;
    for (const nlohmann::json& entry : all) {
        if (!entry.is_object())
            return broken;
        const auto text = [&](const char* key) {
            const auto found = entry.find(key);
            return found != entry.end() && found->is_string() ? found->get<std::string>()
                                                              : std::string();
        };
        notes.push_back({text("scope"), text("name"), text("text"), text("reason")});
    }
    return notes;
}

Result<std::string> withGradientNotes(const std::string& onnxBytes,
                                      const std::vector<GradientNote>& notes)
{
    auto model = parseOnnx(FileView::ofBytes("the model", onnxBytes));
    if (!model)
        return model.takeError();
    auto& entries = *(*model)->mutable_metadata_props();
    for (int i = entries.size() - 1; i >= 0; --i)
        if (entries[i].key() == kGradientsKey)
            entries.DeleteSubrange(i, 1);
    if (!notes.empty()) {
        onnx::StringStringEntryProto* entry = entries.Add();
        entry->set_key(kGradientsKey);
        entry->set_value(notesAsJson(notes));
    }
    return serialize(**model);
}

}
