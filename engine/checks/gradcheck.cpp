#include "engine/checks/gradcheck.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <set>

namespace backstep {

namespace {

// Legend: J the Jacobian, one row for each output looked at and a last one for L = <w, y> with a
// random w; one column for each input looked at, and where some are left out a last one for all of
// them moved in a random direction; n a slope found by differences, a the gradient.

constexpr double kRelative = 1e-7;
constexpr double kRounding = 16; ///< of terms as large as the cotangents, which are about 1
constexpr double kUseful = 1e-3; ///< of the largest slope: a wider tolerance decides nothing
constexpr size_t kAllInputs = std::numeric_limits<size_t>::max();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

/// `wanted` of the numbers below `count`, in order; all of them if they are not more.
std::vector<size_t> drawn(size_t count, size_t wanted, std::mt19937& random)
{
    std::vector<size_t> all(count);
    std::iota(all.begin(), all.end(), size_t{0});
    if (count <= wanted)
        return all;
    std::shuffle(all.begin(), all.end(), random);
    all.resize(wanted);
    std::sort(all.begin(), all.end());
    return all;
}

class Check
{
public:
    Check(Probe& probe, const GradcheckOptions& options)
        : m_probe(probe), m_stop(options.stop), m_random(options.seed)
    {
        const size_t inputs = probe.inputs().size(), outputs = probe.outputs().size();
        const bool isFull = inputs * outputs <= options.largestJacobian;
        const auto side = static_cast<size_t>(std::sqrt(double(options.largestJacobian)));
        m_rows =
            drawn(outputs,
                  isFull ? outputs
                         : std::max(side, options.largestJacobian / std::max<size_t>(inputs, 1)),
                  m_random);
        m_mostColumns =
            isFull ? inputs : options.largestJacobian / std::max<size_t>(m_rows.size(), 1);
        m_weights = weights(outputs);
    }

    GradcheckReport run()
    {
        pullBack();
        chooseColumns();
        for (size_t column = 0; column < m_columns.size(); ++column) {
            if (m_stop.stop_requested())
                return m_report;
            m_slopes.push_back(
                slopesAround([&](double offset) { return sampleAt(m_columns[column], offset); },
                             firstStep(m_columns[column])));
        }
        std::map<LargestOf, double> largest = largestSlopes();
        for (size_t row = 0; row <= m_rows.size(); ++row)
            for (size_t column = 0; column < m_columns.size(); ++column)
                judge(row, column, largest[largestFor(row, column)]);
        m_report.verdict = m_report.differing > 0 ? GradcheckVerdict::Differs
                           : m_report.atKinks + m_report.atJumps + m_report.notFinite > 0
                               ? GradcheckVerdict::Unverifiable
                           : m_report.agreeing > m_report.zero ? GradcheckVerdict::Exact
                                                               : GradcheckVerdict::NotDecided;
        return m_report;
    }

private:
    /// Random numbers away from 0, so that no term is lost.
    std::vector<double> weights(size_t count)
    {
        std::uniform_real_distribution<double> size(0.5, 1.5);
        std::vector<double> result;
        for (size_t i = 0; i < count; ++i)
            result.push_back((m_random() & 1 ? 1 : -1) * size(m_random));
        return result;
    }

    /// Of many, half at random and half where the gradients of the rows are largest: a random
    /// column of an elementwise op has nothing but zeros in the few rows looked at.
    void chooseColumns()
    {
        const size_t inputs = m_probe.inputs().size();
        if (inputs <= m_mostColumns) {
            m_columns = drawn(inputs, inputs, m_random);
            return;
        }
        std::set<size_t> chosen;
        for (const std::vector<double>& gradient : m_gradients) {
            if (chosen.size() >= m_mostColumns / 2)
                break;
            const auto largest =
                std::max_element(gradient.begin(), gradient.end(), [](double one, double other) {
                    return std::abs(one) < std::abs(other);
                });
            chosen.insert(static_cast<size_t>(largest - gradient.begin()));
        }
        const std::vector<size_t> others = drawn(inputs, m_mostColumns - chosen.size(), m_random);
        chosen.insert(others.begin(), others.end());
        m_columns.assign(chosen.begin(), chosen.end());
        m_columns.push_back(kAllInputs);
        m_direction = weights(inputs);
    }

    double firstStep(size_t column) const
    {
        if (column != kAllInputs)
            return m_probe.firstStep(column);
        double step = 1;
        for (size_t i = 0; i < m_direction.size(); ++i)
            step = std::min(step, m_probe.firstStep(i) / std::abs(m_direction[i]));
        return step;
    }

    double gradientAt(size_t row, size_t column) const
    {
        const std::vector<double>& gradient = m_gradients[row];
        if (column != kAllInputs)
            return gradient[column];
        return std::inner_product(gradient.begin(), gradient.end(), m_direction.begin(), 0.0);
    }

    void pullBack()
    {
        std::vector<double> cotangent(m_weights.size());
        for (const size_t row : m_rows) {
            if (m_stop.stop_requested())
                return;
            cotangent[row] = 1;
            m_gradients.push_back(m_probe.pullback(cotangent));
            cotangent[row] = 0;
        }
        m_gradients.push_back(m_probe.pullback(m_weights));
    }

    /// The rows looked at, then L.
    Sample sampleAt(size_t input, double offset)
    {
        const Sample whole = input == kAllInputs ? m_probe.sample(m_direction, offset)
                                                 : m_probe.sample(input, offset);
        Sample rows;
        rows.trace = whole.trace;
        for (const size_t row : m_rows)
            rows.values.push_back(whole.values[row]);
        rows.values.push_back(
            std::inner_product(whole.values.begin(), whole.values.end(), m_weights.begin(), 0.0));
        if (offset == 0) {
            // |L| without its signs: L may cancel, its rounding does not.
            m_size = 0;
            for (const double value : whole.values)
                m_size += std::abs(value);
        }
        return rows;
    }

    /// What an entry is small or large beside: the slopes of an output's rows, by one element or by
    /// all elements moved together, which move it further.
    using LargestOf = std::pair<ValueId, bool>;
    LargestOf largestFor(size_t row, size_t column) const
    {
        return {outputOf(row).value, m_columns[column] == kAllInputs};
    }
    /// Of a tensor, not of one element, since a formula that cancels loses what is small beside the
    /// rest.
    std::map<LargestOf, double> largestSlopes() const
    {
        std::map<LargestOf, double> largest;
        for (size_t row = 0; row <= m_rows.size(); ++row)
            for (size_t column = 0; column < m_slopes.size(); ++column)
                if (m_slopes[column].around == Around::Smooth) {
                    double& known = largest[largestFor(row, column)];
                    known = std::max(known, std::abs(m_slopes[column].slopes[row].value));
                }
        return largest;
    }
    Element outputOf(size_t row) const
    {
        return row < m_rows.size() ? m_probe.outputs()[m_rows[row]] : Element{};
    }

    void judge(size_t row, size_t column, double largest)
    {
        const Slopes& slopes = m_slopes[column];
        JacobianEntry entry;
        entry.output = outputOf(row);
        if (m_columns[column] != kAllInputs)
            entry.input = m_probe.inputs()[m_columns[column]];
        entry.gradient = gradientAt(row, m_columns[column]);
        entry.around = slopes.around;
        if (slopes.around == Around::Jump || slopes.around == Around::NotFinite) {
            ++(slopes.around == Around::Jump ? m_report.atJumps : m_report.notFinite);
            return;
        }
        if (slopes.around == Around::Kink)
            return judgeKink(entry, slopes.left[row], slopes.right[row]);
        const Slope& slope = slopes.slopes[row];
        entry.slope = slope.value;
        if (entry.gradient == 0 && slope.value == 0)
            return agrees(true);
        const double noise = 10 * kEpsilon * m_size / slope.step;
        entry.tolerance =
            std::max({kRelative * largest, 10 * slope.error, noise, kRounding * kEpsilon});
        const double difference = std::abs(entry.gradient - slope.value);
        if (!(difference <= entry.tolerance))
            return differs(entry, largest);
        if (entry.tolerance > kUseful * largest) {
            ++m_report.undecided;
            return;
        }
        entry.relativeError = difference / largest;
        agrees(false);
        if (m_report.differing == 0 && entry.relativeError >= m_report.worst.relativeError)
            m_report.worst = entry;
    }

    /// At a kink any value between the slopes of both sides is a gradient that a framework may
    /// take; where the sides agree there is only one.
    void judgeKink(JacobianEntry& entry, const Slope& left, const Slope& right)
    {
        entry.slope = (left.value + right.value) / 2;
        entry.tolerance = 10 * std::max(left.error, right.error) +
                          1e-5 * std::max({1.0, std::abs(left.value), std::abs(right.value)});
        const auto [low, high] = std::minmax(left.value, right.value);
        if (!(entry.gradient >= low - entry.tolerance && entry.gradient <= high + entry.tolerance))
            return differs(entry, std::max(std::abs(left.value), std::abs(right.value)));
        if (high - low > entry.tolerance)
            ++m_report.atKinks;
        else
            agrees(entry.gradient == 0 && low == 0);
    }

    void agrees(bool isZero)
    {
        ++m_report.agreeing;
        m_report.zero += isZero;
    }

    void differs(JacobianEntry& entry, double largest)
    {
        const double difference = std::abs(entry.gradient - entry.slope);
        entry.relativeError = std::isfinite(difference) && largest > 0
                                  ? difference / largest
                                  : std::numeric_limits<double>::infinity();
        // A place says more than a sum over all elements, however large that is.
        const auto rank = [](const JacobianEntry& each) {
            const bool hasPlace = each.output.value != kNoValue && each.input.value != kNoValue;
            return std::pair(hasPlace, each.relativeError);
        };
        if (m_report.differing++ == 0 || rank(entry) > rank(m_report.worst))
            m_report.worst = entry;
    }

    Probe& m_probe;
    std::stop_token m_stop;
    std::mt19937 m_random;
    size_t m_mostColumns = 0; ///< without the one of all inputs
    std::vector<size_t> m_rows, m_columns;
    std::vector<double> m_weights, m_direction;
    double m_size = 0;
    std::vector<std::vector<double>> m_gradients;
    std::vector<Slopes> m_slopes;
    GradcheckReport m_report;
};

}

std::string_view nameOf(GradcheckVerdict verdict)
{
    switch (verdict) {
    case GradcheckVerdict::Exact:
        return "exact";
    case GradcheckVerdict::Differs:
        return "differs";
    case GradcheckVerdict::Unverifiable:
        return "unverifiable";
    case GradcheckVerdict::NotDecided:
        break;
    }
    return "not decided";
}

GradcheckReport gradcheck(Probe& probe, const GradcheckOptions& options)
{
    return Check(probe, options).run();
}

}
