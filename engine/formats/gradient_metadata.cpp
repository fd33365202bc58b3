#include "engine/formats/gradient_metadata.h"

#include "engine/formats/onnx.pb.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace backstep {

namespace {

using nlohmann::json;
using Scope = StoredGradient::Scope;

constexpr std::array<std::pair<Scope, std::string_view>, 3> kScopes{{
    {Scope::Node, "node"},
    {Scope::Layer, "layer"},
    {Scope::OpType, "op-type"},
}};

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
    google::protobuf::io::CodedInputStream stream(
        reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
    std::string kept;
    for (int start = 0; start < static_cast<int>(bytes.size()); start = stream.CurrentPosition()) {
        const uint32_t tag = stream.ReadTag();
        uint64_t number = 0;
        int length = 0;
        bool isRead = false;
        switch (tag & 7) {
        case 0: isRead = stream.ReadVarint64(&number); break;
        case 1: isRead = stream.Skip(8); break;
        case 2: isRead = stream.ReadVarintSizeAsInt(&length) && stream.Skip(length); break;
        case 5: isRead = stream.Skip(4); break;
        default: break;
        }
        if (tag == 0 || !isRead)
            return Error{"onnx-unreadable",
                         fmt::format("The model's bytes are corrupt at byte {}.", start)};
        const int end = stream.CurrentPosition();
        if (tag != kMetadataTag ||
            !holdsGradients(bytes.substr(static_cast<size_t>(end - length), static_cast<size_t>(length))))
            kept += bytes.substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
    }
    return kept;
}

}

std::string gradientsToJson(std::span<const StoredGradient> gradients)
{
    json list = json::array();
    for (const StoredGradient& gradient : gradients)
        list.push_back({{"scope", kScopes[static_cast<size_t>(gradient.scope)].second},
                        {"name", gradient.name},
                        {"text", gradient.text},
                        {"reason", gradient.reason}});
    return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<std::vector<StoredGradient>> gradientsFromJson(std::string_view text)
{
    const auto bad = [](const std::string& what) {
        return Error{"gradients-broken", "The custom gradients stored in the model cannot be read: " +
                                             what + "."};
    };
    const json list = json::parse(text, nullptr, false);
    if (!list.is_array())
        return bad("expected a JSON list");
    std::vector<StoredGradient> gradients;
    for (const json& entry : list) {
        const auto textAt = [&entry](const char* key) {
            const auto found = entry.find(key);
            return found != entry.end() && found->is_string() ? found->get<std::string>()
                                                              : std::string();
        };
        if (!entry.is_object() || textAt("name").empty() || textAt("text").empty())
            return bad("an entry lacks its name or its text");
        StoredGradient gradient{Scope::Node, textAt("name"), textAt("text"), textAt("reason")};
        bool isKnown = false;
        for (const auto& [scope, name] : kScopes)
            if (textAt("scope") == name) {
                gradient.scope = scope;
                isKnown = true;
            }
        if (!isKnown)
            return bad("an entry has an unknown scope");
        gradients.push_back(std::move(gradient));
    }
    return gradients;
}

Result<std::string> modelWithGradients(std::string_view modelBytes,
                                       std::span<const StoredGradient> gradients)
{
    Result<std::string> bytes = withoutGradients(modelBytes);
    if (!bytes || gradients.empty())
        return bytes;
    // Fields of a message may be appended: a repeated one gets one more entry.
    onnx::ModelProto addition;
    onnx::StringStringEntryProto& entry = *addition.add_metadata_props();
    entry.set_key(std::string(kGradientsKey));
    entry.set_value(gradientsToJson(gradients));
    return *bytes + addition.SerializeAsString();
}

}
