#include "engine/base/text.h"
#include "tests/engine/checks/op_cases.h"

#include <QTest>

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

namespace backstep::opcases {

namespace {

std::vector<std::string> words(std::string_view text, char separator)
{
    std::vector<std::string> result;
    for (const std::string& part : split(text, separator))
        if (const std::string_view word = trimmed(part); !word.empty())
            result.emplace_back(word);
    return result;
}

AttributeValue attributeValue(const std::string& text)
{
    const bool isNumber =
        !text.empty() && text.find_first_not_of("-+.e0123456789,") == std::string::npos;
    if (!isNumber) {
        if (text.find('/') != std::string::npos)
            return words(text, '/');
        return text;
    }
    if (text.find(',') != std::string::npos)
        return integersIn(text);
    if (text.find('.') != std::string::npos)
        return std::stod(text);
    return static_cast<int64_t>(std::stoll(text));
}

Attributes attributesOf(const std::string& text)
{
    Attributes attributes;
    for (const std::string& word : words(text, ' ')) {
        const size_t equals = word.find('=');
        attributes.set(word.substr(0, equals), attributeValue(word.substr(equals + 1)));
    }
    return attributes;
}

/// Puts the definitions in: NAME<a,b>.
std::string withDefinitions(std::string text, const std::map<std::string, std::string>& definitions)
{
    for (const auto& [name, body] : definitions)
        for (size_t at; (at = text.find(name + "<")) != std::string::npos;) {
            const size_t open = at + name.size(), close = text.find('>', open);
            const std::vector<std::string> given =
                split(std::string_view(text).substr(open + 1, close - open - 1), ',');
            std::string filled;
            for (size_t i = 0; i < body.size(); ++i) {
                if (body[i] != '?') {
                    filled += body[i];
                    continue;
                }
                const auto index = static_cast<size_t>(body[++i] - '1');
                filled += index < given.size() ? given[index] : "";
            }
            text.replace(at, close + 1 - at, filled);
        }
    return text;
}

Row rowFrom(const std::string& line)
{
    const size_t arrow = line.find("=> "), bar = std::min(line.find('|'), arrow);
    if (arrow == std::string::npos)
        throw std::runtime_error("gradcheck_ops.txt: no => in " + line);
    Row row;
    std::string name(trimmed(std::string_view(line).substr(0, bar)));
    if (const size_t at = name.find('@'); at != std::string::npos) {
        row.domain = name.substr(at + 1);
        name.resize(at);
    }
    if (const size_t colon = name.find(':'); colon != std::string::npos) {
        row.outputs = std::stoul(name.substr(colon + 1));
        name.resize(colon);
    }
    row.op = name;
    row.attributes = bar < arrow ? line.substr(bar + 1, arrow - bar - 1) : "";
    row.signatures = line.substr(arrow + 3);
    return row;
}

Table readTable()
{
    std::ifstream file(BACKSTEP_TEST_DATA "/gradcheck_ops.txt");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#')
            continue;
        if (line[0] == ' ')
            lines.back() += trimmed(line);
        else
            lines.push_back(line);
    }
    Table table;
    std::map<std::string, std::string> definitions;
    for (const std::string& line : lines) {
        if (line.starts_with("define ")) {
            const size_t space = line.find(' ', 7);
            definitions[line.substr(7, space - 7)] = line.substr(space + 1);
        } else if (line.starts_with("excuse ")) {
            const size_t colon = line.find(':');
            table.excused[line.substr(7, colon - 7)] = line.substr(colon + 2);
        } else {
            table.rows.push_back(rowFrom(withDefinitions(line, definitions)));
        }
    }
    return table;
}

}

const Table& table()
{
    static const Table read = readTable();
    return read;
}

void addOpRows()
{
    QTest::addColumn<QString>("op");
    std::set<std::string> ops;
    for (const Row& row : table().rows)
        ops.insert(row.op);
    for (const std::string& op : ops)
        QTest::newRow(op.c_str()) << QString(op.c_str());
}

std::vector<Case> casesOf(const Row& row)
{
    std::vector<Case> cases;
    std::vector<std::string> sets;
    for (const std::string& set : split(row.attributes, '|'))
        sets.emplace_back(trimmed(set));
    for (const std::string& set : sets)
        for (const std::string& signature : words(row.signatures, ';'))
            cases.push_back(
                {{row.op, row.domain},
                 attributesOf(set),
                 words(signature, ' '),
                 row.outputs,
                 std::string(row.op) + (set.empty() ? "" : " ") + set + ": " + signature});
    return cases;
}

std::vector<int64_t> integersIn(std::string_view text)
{
    std::vector<int64_t> values;
    for (const std::string& part : words(text, ','))
        values.push_back(std::stoll(part));
    return values;
}

}
