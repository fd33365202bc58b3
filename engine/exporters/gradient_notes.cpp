#include "engine/exporters/gradient_notes.h"

#include "engine/exporters/gradient_functions.h"
#include "engine/formats/onnx.pb.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <nlohmann/json.hpp>

namespace backstep {

namespace {

// ModelProto.metadata_props, length-delimited (ONNX specification)
constexpr uint32_t kMetadataTag = 14 << 3 | 2;
// ModelProto.functions
constexpr uint32_t kFunctionTag = 25 << 3 | 2;

bool holdsGradients(std::string_view entryBytes)
{
    onnx::StringStringEntryProto entry;
    return entry.ParseFromArray(entryBytes.data(), static_cast<int>(entryBytes.size())) &&
           entry.key() == kGradientsKey;
}

bool isGradient(std::string_view functionBytes)
{
    onnx::FunctionProto function;
    return function.ParseFromArray(functionBytes.data(), static_cast<int>(functionBytes.size())) &&
           function.domain() == kGradientDomain;
}

/// The top-level fields of a message, without the metadata and the functions that hold gradients.
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
        const std::string_view content =
            bytes.substr(static_cast<size_t>(end - length), static_cast<size_t>(length));
        if (!(tag == kMetadataTag && holdsGradients(content)) &&
            !(tag == kFunctionTag && isGradient(content)))
            kept += bytes.substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
    }
    return kept;
}

}

std::string notesAsJson(const std::vector<GradientNote>& notes)
{
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const GradientNote& note : notes) {
        nlohmann::ordered_json entry{{"scope", note.scope},
                                     {"name", note.name},
                                     {"text", note.text},
                                     {"reason", note.reason}};
        if (!note.acceptedOn.empty())
            entry["accepted_on"] = note.acceptedOn;
        if (note.acceptedDifference > 0)
            entry["difference"] = note.acceptedDifference;
        if (!note.madeFor.empty())
            entry["made_for"] = note.madeFor;
        all.push_back(std::move(entry));
    }
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
        GradientNote note{
            text("scope"), text("name"), text("text"), text("reason"), text("accepted_on"), 0, {}};
        if (const auto size = entry.find("difference"); size != entry.end() && size->is_number())
            note.acceptedDifference = size->get<double>();
        if (const auto hashes = entry.find("made_for"); hashes != entry.end() && hashes->is_array())
            for (const nlohmann::json& hash : *hashes)
                if (hash.is_string())
                    note.madeFor.push_back(hash.get<std::string>());
        notes.push_back(std::move(note));
    }
    return notes;
}

Result<std::string> withGradientNotes(const std::string& onnxBytes,
                                      const std::vector<GradientNote>& notes,
                                      const std::vector<std::string>& functions)
{
    Result<std::string> bytes = withoutGradients(onnxBytes);
    if (!bytes || notes.empty())
        return bytes;
    // Fields of a message may be appended: a repeated one gets one more entry.
    onnx::ModelProto addition;
    onnx::StringStringEntryProto& entry = *addition.add_metadata_props();
    entry.set_key(kGradientsKey);
    entry.set_value(notesAsJson(notes));
    for (const std::string& function : functions)
        addition.add_functions()->ParseFromString(function);
    return *bytes + addition.SerializeAsString();
}

}
