#include "engine/graph/node.h"

namespace backstep {

namespace {
template<class T>
const T* get(const std::map<std::string, AttributeValue>& values, const std::string& name)
{
    const auto found = values.find(name);
    return found == values.end() ? nullptr : std::get_if<T>(&found->second);
}

bool equal(const AttributeValue& a, const AttributeValue& b)
{
    if (a.index() != b.index())
        return false;
    if (const auto* tensor = std::get_if<Tensor>(&a))
        return tensor->sameElements(std::get<Tensor>(b));
    return std::visit(
        [&](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, Tensor>)
                return false;
            else
                return value == std::get<T>(b);
        },
        a);
}
}

int64_t Attributes::integer(const std::string& name, int64_t otherwise) const
{
    const auto* value = get<int64_t>(m_values, name);
    return value ? *value : otherwise;
}

double Attributes::real(const std::string& name, double otherwise) const
{
    const auto* value = get<double>(m_values, name);
    return value ? *value : otherwise;
}

std::string Attributes::text(const std::string& name, std::string_view otherwise) const
{
    const auto* value = get<std::string>(m_values, name);
    return value ? *value : std::string(otherwise);
}

std::vector<int64_t> Attributes::integers(const std::string& name) const
{
    const auto* value = get<std::vector<int64_t>>(m_values, name);
    return value ? *value : std::vector<int64_t>{};
}

std::vector<std::string> Attributes::texts(const std::string& name) const
{
    const auto* value = get<std::vector<std::string>>(m_values, name);
    return value ? *value : std::vector<std::string>{};
}

const Tensor* Attributes::tensor(const std::string& name) const
{
    return get<Tensor>(m_values, name);
}

bool Attributes::operator==(const Attributes& other) const
{
    return m_values.size() == other.m_values.size() &&
           std::equal(m_values.begin(), m_values.end(), other.m_values.begin(),
                      [](const auto& a, const auto& b) {
                          return a.first == b.first && equal(a.second, b.second);
                      });
}

BreakKind Node::breakKind() const
{
    if (op.domain != kHelperDomain)
        return BreakKind::None;
    if (op.type == kZeroGradient)
        return BreakKind::ZeroGradient;
    if (op.type == kGradientBreak)
        return BreakKind::GradientBreak;
    return BreakKind::None;
}

}
