#include "engine/exporters/forward_notes.h"

#include "engine/exporters/forward_functions.h"
#include "engine/formats/onnx.pb.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace backstep {

namespace {

using nlohmann::json;

constexpr int64_t kLeastIrVersion = 8; ///< functions of a model are read from here on

/// Bytes as letters, since JSON holds text alone.
std::string hexOf(const std::string& bytes)
{
    std::string text;
    for (const char byte : bytes)
        text += fmt::format("{:02x}", static_cast<uint8_t>(byte));
    return text;
}

std::string bytesOf(const std::string& hex)
{
    std::string bytes;
    for (size_t i = 0; i + 1 < hex.size(); i += 2) {
        const auto digit = [&](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
        bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    }
    return bytes;
}

/// Calls `visit` with each graph of the model, bodies included.
template<class Visit> void eachGraph(onnx::GraphProto& graph, const Visit& visit)
{
    visit(graph);
    for (onnx::NodeProto& node : *graph.mutable_node())
        for (onnx::AttributeProto& attribute : *node.mutable_attribute())
            if (attribute.has_g())
                eachGraph(*attribute.mutable_g(), visit);
}

/// A node with the graph that it stands in.
struct Place {
    onnx::GraphProto* graph = nullptr;
    int index = 0;
    onnx::NodeProto& node() const { return *graph->mutable_node(index); }
};

std::optional<Place> writerOf(onnx::ModelProto& model, const std::string& tensor)
{
    std::optional<Place> found;
    eachGraph(*model.mutable_graph(), [&](onnx::GraphProto& graph) {
        for (int i = 0; i < graph.node_size() && !found; ++i)
            for (const std::string& output : graph.node(i).output())
                if (!output.empty() && output == tensor)
                    found = Place{&graph, i};
    });
    return found;
}

/// Casts to floats that read `from` read `to` then.
void rewireCasts(onnx::GraphProto& graph, const std::string& from, const std::string& to)
{
    eachGraph(graph, [&](onnx::GraphProto& each) {
        for (onnx::NodeProto& node : *each.mutable_node()) {
            const auto isToFloats = [](const onnx::AttributeProto& attribute) {
                return attribute.name() == "to" && isFloating(static_cast<DType>(attribute.i()));
            };
            if (node.op_type() == "Cast" && node.input_size() == 1 && node.input(0) == from &&
                std::any_of(node.attribute().begin(), node.attribute().end(), isToFloats))
                node.set_input(0, to);
        }
    });
}

onnx::NodeProto callOf(const onnx::NodeProto& node, const std::string& function,
                       const std::vector<std::string>& weights)
{
    onnx::NodeProto call;
    call.set_name(node.name());
    call.set_op_type(function);
    call.set_domain(kCustomDomain);
    *call.mutable_input() = node.input();
    for (const std::string& weight : weights)
        call.add_input(weight);
    *call.mutable_output() = node.output();
    *call.mutable_metadata_props() = node.metadata_props();
    return call;
}

void importCustomDomain(onnx::ModelProto& model)
{
    const auto& imports = model.opset_import();
    if (std::any_of(imports.begin(), imports.end(),
                    [](const auto& each) { return each.domain() == kCustomDomain; }))
        return;
    onnx::OperatorSetIdProto& own = *model.add_opset_import();
    own.set_domain(kCustomDomain);
    own.set_version(1);
}

/// Puts the call in; gives what undoes it, or null where the op stays as it is.
json placeCall(onnx::ModelProto& model, const PlacedForward& placed, const std::string& name,
               int64_t opset)
{
    const auto first = std::find_if(placed.outputs.begin(), placed.outputs.end(),
                                    [](const std::string& output) { return !output.empty(); });
    if (first == placed.outputs.end())
        return nullptr;
    const std::optional<Place> place = writerOf(model, *first);
    const Result<ForwardFunction> function = forwardFunction(placed, name, opset);
    if (!place || !function)
        return nullptr;
    json undo{{"output", *first}, {"function", name}};
    onnx::NodeProto call = callOf(place->node(), name, function->weights);
    if (placed.choice.hard == DType::Undefined) {
        undo["node"] = hexOf(place->node().SerializeAsString());
        place->node() = std::move(call);
    } else {
        const std::string soft = *first + "/soft";
        call.set_name(call.name() + "/soft");
        call.set_output(0, soft);
        rewireCasts(*place->graph, *first, soft);
        undo["soft"] = soft;
        auto& nodes = *place->graph->mutable_node();
        *nodes.Add() = std::move(call);
        for (int at = nodes.size() - 1; at > place->index + 1; --at)
            nodes.SwapElements(at, at - 1);
    }
    model.add_functions()->ParseFromString(function->bytes);
    importCustomDomain(model);
    return undo;
}

std::string textAt(const json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void takeCall(onnx::ModelProto& model, const json& undo)
{
    const std::string output = textAt(undo, "output"), function = textAt(undo, "function");
    auto& functions = *model.mutable_functions();
    for (int i = functions.size() - 1; i >= 0; --i)
        if (functions[i].domain() == kCustomDomain && functions[i].name() == function)
            functions.DeleteSubrange(i, 1);
    if (const std::string soft = textAt(undo, "soft"); !soft.empty()) {
        if (const std::optional<Place> call = writerOf(model, soft)) {
            rewireCasts(*call->graph, soft, output);
            call->graph->mutable_node()->DeleteSubrange(call->index, 1);
        }
        return;
    }
    onnx::NodeProto before;
    if (const std::optional<Place> call = writerOf(model, output);
        call && before.ParseFromString(bytesOf(textAt(undo, "node"))) &&
        std::find(before.output().begin(), before.output().end(), output) != before.output().end())
        call->node() = before;
}

Error brokenNotes()
{
    return {"forward-notes", "The forwards kept in the file cannot be read.", "Give them again."};
}

Result<ForwardChoice> choiceOf(const json& entry)
{
    if (!entry.is_object() || textAt(entry, "op").empty())
        return brokenNotes();
    ForwardChoice choice{textAt(entry, "op"), textAt(entry, "text"), textAt(entry, "soft"), 0, {}};
    if (const auto k = entry.find("sharpness"); k != entry.end() && k->is_number())
        choice.sharpness = k->get<double>();
    choice.hard = dtypeNamed(textAt(entry, "hard")).value_or(DType::Undefined);
    return choice;
}

}

void keepForwards(onnx::ModelProto& model, const std::vector<ForwardChoice>& choices,
                  const std::vector<PlacedForward>& placed, int64_t opset)
{
    if (choices.empty())
        return;
    json all{{"ir_version", model.ir_version()}, {"forwards", json::array()}};
    int number = 0;
    for (const ForwardChoice& choice : choices) {
        json entry{{"op", choice.op}, {"text", choice.text}, {"calls", json::array()}};
        if (!choice.soft.empty()) {
            entry["soft"] = choice.soft;
            entry["sharpness"] = choice.sharpness;
        }
        if (choice.hard != DType::Undefined)
            entry["hard"] = nameOf(choice.hard);
        for (const PlacedForward& each : placed)
            if (each.choice == choice)
                if (json undo = placeCall(model, each, fmt::format("forward_{}", number++), opset);
                    !undo.is_null())
                    entry["calls"].push_back(std::move(undo));
        all["forwards"].push_back(std::move(entry));
    }
    model.set_ir_version(std::max(model.ir_version(), kLeastIrVersion));
    onnx::StringStringEntryProto& note = *model.add_metadata_props();
    note.set_key(kForwardsKey);
    note.set_value(all.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<std::vector<ForwardChoice>> takeForwards(onnx::ModelProto& model)
{
    std::vector<ForwardChoice> choices;
    auto& notes = *model.mutable_metadata_props();
    const auto note = std::find_if(notes.begin(), notes.end(),
                                   [](const auto& each) { return each.key() == kForwardsKey; });
    if (note == notes.end())
        return choices;
    const json all = json::parse(note->value(), nullptr, false);
    if (!all.is_object() || !all.contains("forwards") || !all["forwards"].is_array())
        return brokenNotes();
    for (const json& entry : all["forwards"]) {
        Result<ForwardChoice> choice = choiceOf(entry);
        if (!choice)
            return choice.takeError();
        choices.push_back(std::move(*choice));
        if (const auto calls = entry.find("calls"); calls != entry.end() && calls->is_array())
            for (const json& call : *calls)
                if (call.is_object())
                    takeCall(model, call);
    }
    if (const auto ir = all.find("ir_version"); ir != all.end() && ir->is_number_integer())
        model.set_ir_version(*ir);
    notes.erase(note);
    return choices;
}

}
