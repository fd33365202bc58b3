#include "tests/engine/session/reference_files.h"

#include "engine/base/text.h"
#include "engine/formats/file_view.h"
#include "engine/formats/npz.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace backstep::reference {

namespace {

namespace fs = std::filesystem;

const fs::path kModels = fs::path(BACKSTEP_TEST_DATA) / "models";

/// The blocks of rows in another order.
std::vector<double> inOrder(const std::vector<double>& values, const std::vector<size_t>& order)
{
    if (order.empty())
        return values;
    const size_t block = values.size() / order.size();
    std::vector<double> result;
    for (const size_t gate : order)
        result.insert(result.end(), values.begin() + static_cast<std::ptrdiff_t>(gate * block),
                      values.begin() + static_cast<std::ptrdiff_t>((gate + 1) * block));
    return result;
}

Place placeFrom(const std::vector<std::string>& columns)
{
    Place place;
    const std::vector<std::string> part = split(columns[2], '/');
    place.part = std::stoll(part[0]);
    place.parts = std::stoll(part[1]);
    place.initializer = columns[3];
    if (columns[4] != "-")
        for (const char gate : columns[4])
            place.order.push_back(static_cast<size_t>(gate - '0'));
    place.isTransposed = columns[5] == "T";
    place.isRows = columns[5] == "rows";
    place.isZero = columns[5] == "zero";
    return place;
}

}

const std::vector<std::string>& files()
{
    static const std::vector<std::string> all = [] {
        std::vector<std::string> found;
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kModels))
            if (entry.path().extension() == ".onnx" &&
                fs::exists(entry.path().parent_path() / "reference.npz"))
                found.push_back(fs::relative(entry.path(), kModels).generic_string());
        std::sort(found.begin(), found.end());
        return found;
    }();
    return all;
}

std::vector<Weight> weightsOf(const std::string& file)
{
    std::ifstream table(kModels / "weights.tsv");
    std::vector<Weight> weights;
    for (std::string line; std::getline(table, line);) {
        const std::vector<std::string> columns = split(line, '\t');
        if (columns.size() != 6)
            throw std::runtime_error("weights.tsv: a row without six columns: " + line);
        if (columns[0] != file)
            continue;
        if (weights.empty() || weights.back().name != columns[1])
            weights.push_back({columns[1], {}});
        weights.back().places.push_back(placeFrom(columns));
    }
    return weights;
}

std::vector<double> gradientAt(const Place& place, const Tensor& gradient, const Shape& shape)
{
    const auto count = static_cast<size_t>(shape.count());
    const int64_t first = place.part * gradient.count() / place.parts;
    std::vector<double> values(count);
    const int64_t used = place.isRows ? gradient.count() : gradient.count() / place.parts;
    for (int64_t i = 0; i < used; ++i)
        values[static_cast<size_t>(i) % count] += gradient.number(first + i);
    values = inOrder(values, place.order);
    if (!place.isTransposed)
        return values;
    std::vector<double> transposed(count);
    const auto rows = static_cast<size_t>(shape[0]), columns = static_cast<size_t>(shape[1]);
    for (size_t r = 0; r < rows; ++r)
        for (size_t c = 0; c < columns; ++c)
            transposed[r * columns + c] = values[c * rows + r];
    return transposed;
}

Reference::Reference(const std::string& file, bool isDouble) : m_isDouble(isDouble)
{
    const fs::path path = (kModels / file).parent_path() / "reference.npz";
    Result<FileView> view = FileView::open(path.string());
    if (!view)
        throw std::runtime_error(view.error().text());
    Result<std::map<std::string, Tensor>> arrays = readNpz(*view);
    if (!arrays)
        throw std::runtime_error(arrays.error().text());
    m_arrays = std::move(*arrays);
}

const Tensor* Reference::find(const std::string& keras, const std::string& others) const
{
    for (const std::string& name : {keras, (m_isDouble ? "f64." : "f32.") + others})
        if (const auto found = m_arrays.find(name); found != m_arrays.end())
            return &found->second;
    return nullptr;
}

std::map<std::string, Tensor> Reference::data(const std::vector<std::string>& inputs) const
{
    std::map<std::string, Tensor> data{{"target", m_arrays.at("target")}};
    for (size_t i = 0; i < inputs.size(); ++i) {
        std::vector<std::string> entries{inputs[i], "input" + std::to_string(i)};
        if (i == 0)
            entries.insert(entries.end(), {"input", "input_utf8"});
        for (const std::string& entry : entries)
            if (const auto found = m_arrays.find(entry); found != m_arrays.end())
                data.try_emplace(inputs[i], found->second);
    }
    return data;
}

const Tensor* Reference::weightGradient(const std::string& weight) const
{
    return find((m_isDouble ? "g64/" : "g/") + weight, "grad." + weight);
}

const Tensor* Reference::inputGradient(size_t index, size_t count) const
{
    const std::string number = count > 1 ? std::to_string(index) : "";
    return find((m_isDouble ? "gin64" : "gin") + number, "grad_input" + number);
}

Shape Reference::weightShape(const std::string& weight) const
{
    const auto keras = m_arrays.find("w/" + weight);
    return (keras != m_arrays.end() ? keras->second : m_arrays.at("w." + weight)).shape();
}

std::vector<std::string> Reference::weights() const
{
    std::vector<std::string> names;
    for (const auto& [name, array] : m_arrays)
        if (name.starts_with("w/") || name.starts_with("w."))
            names.push_back(name.substr(2));
    return names;
}

}
