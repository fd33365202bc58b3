#include "engine/checks/element_checks.h"

#include <algorithm>
#include <numeric>

namespace backstep {

std::vector<ElementCheck> elementChecks(Probe& probe, size_t most)
{
    const std::vector<double> gradient =
        probe.pullback(std::vector<double>(probe.outputs().size(), 1.0));
    const size_t count = std::min(most, gradient.size());
    std::vector<ElementCheck> checks;
    for (size_t k = 0; k < count; ++k) {
        const size_t i = count == gradient.size() ? k : k * (gradient.size() - 1) / (count - 1);
        ElementCheck check;
        check.input = probe.inputs()[i];
        check.x = probe.input(i);
        check.gradient = gradient[i];
        const Slopes slopes = slopesAround(
            [&](double offset) {
                Sample sample = probe.sample(i, offset);
                sample.values = {std::accumulate(sample.values.begin(), sample.values.end(), 0.0)};
                return sample;
            },
            probe.firstStep(i));
        check.around = slopes.around;
        if (slopes.around == Around::Smooth) {
            check.slope = slopes.slopes.front().value;
            check.error = slopes.slopes.front().error;
        } else if (slopes.around == Around::Kink) {
            check.slope = (slopes.left.front().value + slopes.right.front().value) / 2;
            check.error = std::max(slopes.left.front().error, slopes.right.front().error);
        }
        checks.push_back(check);
    }
    return checks;
}

}
