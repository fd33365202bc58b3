#include "engine/expressions/tensor_access.h"

#include "engine/ops/function_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace backstep {

namespace {

Value reversedAxes(const Value& x, int first)
{
    std::vector<int64_t> order = axesFrom(0, x.shape().rank());
    std::reverse(order.begin() + first, order.end());
    return transpose(x, order);
}

/// Walks the parts of an index along the axes of a tensor and collects what is to be done.
class Indexing
{
public:
    Indexing(const Operands& operands, const Value& x) : m_operands(operands), m_x(x) {}

    PythonValue by(const std::vector<PythonValue>& parts)
    {
        int named = 0;
        for (const PythonValue& part : parts)
            named += !part.isNone() && !part.as<PythonEllipsis>();
        const int rank = m_x.shape().rank();
        if (named > rank)
            return m_operands.fail(
                fmt::format("{} indices for a tensor {}", named, m_x.shape().text()));
        for (const PythonValue& part : parts)
            if (part.as<PythonEllipsis>()) {
                for (int skipped = rank - named; skipped > 0; --skipped)
                    keep();
            } else if (!take(part)) {
                return Value();
            }
        return finished();
    }

private:
    bool take(const PythonValue& part)
    {
        if (part.isNone()) {
            m_inserted.push_back(m_resultRank++);
            return true;
        }
        if (const PythonSlice* slice = part.as<PythonSlice>()) {
            narrow(slice->start, slice->end, slice->step.value_or(1));
            keep();
            return true;
        }
        if (const PythonNumber* number = part.as<PythonNumber>()) {
            const int64_t size = m_x.shape()[m_axis];
            const auto place = static_cast<int64_t>(number->value);
            if (!number->isInteger || place < -size || place >= size) {
                m_operands.fail(fmt::format("index {} is out of range for the tensor {}",
                                            number->value, m_x.shape().text()));
                return false;
            }
            const int64_t start = place < 0 ? place + size : place;
            narrow(start, start + 1, 1);
            m_dropped.push_back(m_axis++);
            return true;
        }
        if (const Value* indices = part.as<Value>();
            indices && integers.has(indices->dtype()) && !m_gathered.isPresent()) {
            m_gathered = castTo(*indices, DType::Int64);
            m_gatherAxis = m_resultRank;
            m_resultRank += indices->shape().rank();
            ++m_axis;
            return true;
        }
        m_operands.fail(fmt::format("an index is {}; expected integers, slices, None or '...'",
                                    described(part)),
                        "Instead of x[mask] write where(mask, x, 0): how many elements a mask "
                        "keeps is known only in a run.");
        return false;
    }

    void keep()
    {
        ++m_axis;
        ++m_resultRank;
    }

    void narrow(std::optional<int64_t> start, std::optional<int64_t> end, int64_t step)
    {
        if (!start && !end && step == 1)
            return;
        constexpr int64_t far = std::numeric_limits<int64_t>::max();
        m_starts.push_back(start.value_or(step < 0 ? far : 0));
        m_ends.push_back(end.value_or(step < 0 ? -far : far));
        m_steps.push_back(step);
        m_axes.push_back(m_axis);
    }

    Value finished()
    {
        GraphBuilder& b = m_operands.builder();
        Value result = m_x;
        if (!m_axes.empty())
            result = b.add("Slice", {result, b.ints(m_starts), b.ints(m_ends), b.ints(m_axes),
                                     b.ints(m_steps)});
        if (!m_dropped.empty() && result.isPresent())
            result = b.add("Squeeze", {result, b.ints(m_dropped)});
        if (m_gathered.isPresent() && result.isPresent()) {
            int64_t axis = m_gatherAxis;
            for (const int64_t inserted : m_inserted)
                axis -= inserted < m_gatherAxis;
            result = b.add("Gather", {result, m_gathered}, {{"axis", axis}});
        }
        return unsqueezed(result, m_inserted);
    }

    const Operands& m_operands;
    Value m_x, m_gathered;
    int m_axis = 0;
    int64_t m_resultRank = 0, m_gatherAxis = 0;
    std::vector<int64_t> m_starts, m_ends, m_steps, m_axes, m_dropped, m_inserted;
};

/// The place in a tuple that an index names, or an error.
std::optional<size_t> placeIn(const PythonTuple& tuple, const PythonNumber& number)
{
    const auto size = static_cast<int64_t>(tuple.items.size());
    const auto place = static_cast<int64_t>(number.value);
    if (!number.isInteger || place < -size || place >= size)
        return std::nullopt;
    return static_cast<size_t>(place < 0 ? place + size : place);
}

int64_t clamped(std::optional<int64_t> place, int64_t otherwise, int64_t size)
{
    const int64_t given = place.value_or(otherwise);
    return std::clamp<int64_t>(given < 0 ? given + size : given, 0, size);
}

}

std::optional<PythonValue> tensorAttribute(const Value& x, std::string_view name)
{
    if (name == "shape")
        return tupleOf(x.shape().sizes());
    if (name == "dtype")
        return x.dtype();
    if (name == "ndim")
        return integerValue(x.shape().rank());
    if (name == "size") // of NumPy; PyTorch's method of the same name is found by its call
        return integerValue(x.shape().count());
    if (name == "T")
        return reversedAxes(x, 0);
    if (name == "mT" && x.shape().rank() >= 2)
        return reversedAxes(x, x.shape().rank() - 2);
    if (name == "data" || name == "real" || name == "values")
        return x;
    if (name == "device")
        return std::string("device");
    return std::nullopt;
}

PythonValue indexed(const Operands& operands, const Value& x, const PythonValue& index)
{
    const PythonTuple* parts = index.as<PythonTuple>();
    return Indexing(operands, x).by(parts ? parts->items : std::vector<PythonValue>{index});
}

PythonValue indexed(const Operands& operands, const PythonTuple& tuple, const PythonValue& index)
{
    if (const PythonSlice* slice = index.as<PythonSlice>(); slice && slice->step.value_or(1) == 1) {
        const auto size = static_cast<int64_t>(tuple.items.size());
        PythonTuple part;
        for (int64_t i = clamped(slice->start, 0, size); i < clamped(slice->end, size, size); ++i)
            part.items.push_back(tuple.items[static_cast<size_t>(i)]);
        return part;
    }
    const PythonNumber* number = index.as<PythonNumber>();
    const std::optional<size_t> place = number ? placeIn(tuple, *number) : std::optional<size_t>();
    if (place)
        return tuple.items[*place];
    return operands.fail(
        fmt::format("{} is no index of a tuple of {}", described(index), tuple.items.size()));
}

Value withAssigned(const Operands& operands, const Value& x, const PythonValue& mask,
                   const PythonValue& value)
{
    const Value* condition = mask.as<Value>();
    if (!condition || condition->dtype() != DType::Bool)
        return operands.fail("Only x[mask] = value is read, with a mask of comparisons",
                             "Write where(...) or concat([...]) for other places.");
    const std::vector<Value> both = operands.ofOneDType(std::vector<PythonValue>{value, x});
    if (!both[0].isPresent())
        return {};
    const Value kept = castTo(both[0], x.dtype());
    const Value result = operands.builder().add("Where", {*condition, kept, x});
    if (result.isPresent() && !(result.shape() == x.shape()))
        return operands.fail(fmt::format("x[mask] = value does not fit: x is {}, the mask {} and "
                                         "the value {}",
                                         x.shape().text(), condition->shape().text(),
                                         both[0].shape().text()));
    return result;
}

}
