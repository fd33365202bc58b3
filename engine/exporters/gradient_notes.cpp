#include "engine/exporters/gradient_notes.h"

#include "engine/formats/onnx.pb.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <nlohmann/json.hpp>

namespace backstep {

namespace {

// ModelProto.metadata_props, length-delimited (ONNX specification)
constexpr uint32_t kMetadataTag = 14 << 3 | 2;

bool holdsGradients(std::string_view entryBytes)
{
    onnx::StringStringEntryProto entry;
    return entry.ParseFromArray(entryBytes.data(), static_cast<int>(entryBytes.size())) &&
           entry.key() == kGradientsKey;
}

/// The top-level fields of a message, without the metadata entries that hold gradients.
Result<std::string> withoutGradients(std::string_view bytes)
{
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t*>(bytes.data()),
                                                  static_cast<int>(bytes.size()));
    std::string kept;
    for (int start = 0; start < static_cast<int>(bytes.size()); start = stream.CurrentPosition()) {
        const uint32_t tag = stream.ReadTag();
        uint64_t number = 0;
        int length = 0;
        bool isRead = false;
        switch (tag & 7) {
        case 0:
            isRead = stream.ReadVarint64(&number);
            break;
        case 1:
            isRead = stream.Skip(8);
            break;
        case 2:
            isRead = stream.ReadVarintSizeAsInt(&length) && stream.Skip(length);
            break;
        case 5:
            isRead = stream.Skip(4);
            break;
        default:
            break;
        }
        if (tag == 0 || !isRead)
            return Error{"onnx-unreadable",
                         fmt::format("The model's bytes are corrupt at byte {}.", start)};
        const int end = stream.CurrentPosition();
        if (tag != kMetadataTag || !holdsGradients(bytes.substr(static_cast<size_t>(end - length),
                                                                static_cast<size_t>(length))))
            kept += bytes.substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
    }
    return kept;
}

}

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
    Result<std::string> bytes = withoutGradients(onnxBytes);
    if (!bytes || notes.empty())
        return bytes;
    // Fields of a message may be appended: a repeated one gets one more entry.
    onnx::ModelProto addition;
    onnx::StringStringEntryProto& entry = *addition.add_metadata_props();
    entry.set_key(kGradientsKey);
    entry.set_value(notesAsJson(notes));
    return *bytes + addition.SerializeAsString();
}

}
