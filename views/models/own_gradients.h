#pragma once

#include <QString>

#include <vector>

namespace backstep {

/// A gradient that the user put into the list of surrogates; kept with the settings.
struct OwnGradient {
    QString title, gradient;
    bool operator==(const OwnGradient&) const = default;
};

std::vector<OwnGradient> ownGradients();
/// Puts one at the end; one with the same gradient is not kept twice.
void keepOwnGradient(const OwnGradient& own);
void dropOwnGradient(const QString& gradient);

}
