#include "engine/importers/onnx_names.h"

#include "engine/base/text.h"
#include "engine/formats/onnx.pb.h"

#include <algorithm>

namespace backstep {

namespace {

/// Components of a slashed name; a leading slash (the older PyTorch exporter) is dropped.
std::vector<std::string> components(const std::string& name)
{
    std::vector<std::string> parts;
    for (std::string& part : split(name, '/'))
        if (!part.empty())
            parts.push_back(std::move(part));
    return parts;
}

/// The quoted entries of a Python list such as ['', 'rnn', 'lstm'].
std::vector<std::string> quotedEntries(const std::string& list)
{
    std::vector<std::string> entries;
    size_t at = 0;
    while ((at = list.find('\'', at)) != std::string::npos) {
        const size_t end = list.find('\'', at + 1);
        if (end == std::string::npos)
            break;
        entries.push_back(list.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    return entries;
}

}

std::string commonNamePrefix(const onnx::GraphProto& graph)
{
    std::string prefix;
    for (const onnx::NodeProto& node : graph.node()) {
        if (node.name().find('/') == std::string::npos || node.name()[0] == '/')
            continue;
        const std::string first = components(node.name()).front();
        if (!prefix.empty() && prefix != first)
            return {};
        prefix = first;
    }
    // A prefix is the model's name only if something more specific follows it everywhere.
    for (const onnx::NodeProto& node : graph.node())
        if (!prefix.empty() && node.name().starts_with(prefix + "/") &&
            components(node.name()).size() < 3)
            return {};
    return prefix;
}

std::string layerOf(const onnx::NodeProto& node, const std::string& commonPrefix)
{
    for (const onnx::StringStringEntryProto& entry : node.metadata_props()) {
        if (entry.key() != "pkg.torch.onnx.name_scopes")
            continue;
        std::vector<std::string> scopes = quotedEntries(entry.value());
        if (!scopes.empty())
            scopes.pop_back(); // the op itself
        std::erase(scopes, "");
        return scopes.empty() ? "" : scopes.back();
    }
    std::vector<std::string> parts = components(node.name());
    if (!commonPrefix.empty() && !parts.empty() && parts.front() == commonPrefix)
        parts.erase(parts.begin());
    return parts.size() < 2 ? "" : parts.front();
}

}
