// The list of cases, and the files of one case.

#include "engine/base/text.h"
#include "engine/formats/onnx.pb.h"
#include "engine/formats/onnx_file.h"
#include "tests/conformance/conformance_case.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace backstep::conformance {

namespace {

std::string bytesOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
}

template<class Message> Result<Message> parsed(const std::filesystem::path& path)
{
    Message message;
    if (!message.ParseFromString(bytesOf(path)))
        return Error{"case", path.filename().string() + " is broken"};
    return message;
}

/// One .pb file; what message it holds is told by the graph, never by its bytes.
Result<Tensor> readValue(const std::filesystem::path& path, const onnx::TypeProto& type)
{
    const auto opened = [&]<class Message>() -> Result<Tensor> {
        Result<Message> message = parsed<Message>(path);
        if (!message)
            return message.takeError();
        return tensorOf(*message);
    };
    if (type.has_sequence_type())
        return opened.operator()<onnx::SequenceProto>();
    if (type.has_optional_type())
        return opened.operator()<onnx::OptionalProto>();
    Result<onnx::TensorProto> message = parsed<onnx::TensorProto>(path);
    if (!message)
        return message.takeError();
    return tensorOf(*message, path.parent_path().string());
}

}

std::string_view nameOf(Route route)
{
    static constexpr std::string_view names[] = {"planned", "planned with data at hand",
                                                 "planned with known sizes", "folded at import",
                                                 "none"};
    return names[static_cast<size_t>(route)];
}

Result<std::vector<Case>> readList(const std::filesystem::path& file)
{
    std::ifstream lines(file);
    if (!lines)
        return Error{"list", "The list of cases '" + file.string() + "' cannot be read."};
    std::vector<Case> cases;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#')
            continue;
        const std::vector<std::string> columns = split(line, '\t');
        if (columns.size() < 3)
            return Error{"list", "The line '" + line + "' has fewer than three columns."};
        cases.push_back({columns[0], columns[1], columns[2]});
    }
    return cases;
}

Result<std::vector<DataSet>> readDataSets(const std::filesystem::path& folder,
                                          const onnx::ModelProto& model)
{
    std::vector<DataSet> sets;
    for (int number = 0;; ++number) {
        const std::filesystem::path data = folder / fmt::format("test_data_set_{}", number);
        if (!std::filesystem::exists(data))
            return sets;
        DataSet set;
        const auto& inputs = model.graph().input();
        for (int i = 0; i < inputs.size(); ++i) {
            const std::filesystem::path path = data / fmt::format("input_{}.pb", i);
            if (!std::filesystem::exists(path))
                continue; // the initializer of that name is used
            Result<Tensor> tensor = readValue(path, inputs[i].type());
            if (!tensor)
                return tensor.takeError().during(path.filename().string());
            set.inputs[inputs[i].name()] = std::move(*tensor);
        }
        for (int i = 0; i < model.graph().output_size(); ++i) {
            const std::filesystem::path path = data / fmt::format("output_{}.pb", i);
            Result<Tensor> tensor = readValue(path, model.graph().output(i).type());
            if (!tensor)
                return tensor.takeError().during(path.filename().string());
            set.outputs.push_back(std::move(*tensor));
        }
        sets.push_back(std::move(set));
    }
}

}
