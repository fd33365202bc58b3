#include "views/models/own_gradients.h"

#include <QSettings>
#include <QStringList>

#include <algorithm>

namespace backstep {

namespace {

// title, gradient, title, gradient...
const QString kKey = QStringLiteral("gradients/own");

void write(const std::vector<OwnGradient>& all)
{
    QStringList flat;
    for (const OwnGradient& own : all)
        flat << own.title << own.gradient;
    QSettings().setValue(kKey, flat);
}

}

std::vector<OwnGradient> ownGradients()
{
    const QStringList flat = QSettings().value(kKey).toStringList();
    std::vector<OwnGradient> all;
    for (qsizetype i = 0; i + 1 < flat.size(); i += 2)
        all.push_back({flat[i], flat[i + 1]});
    return all;
}

void keepOwnGradient(const OwnGradient& own)
{
    std::vector<OwnGradient> all = ownGradients();
    std::erase_if(all, [&](const OwnGradient& each) { return each.gradient == own.gradient; });
    all.push_back(own);
    write(all);
}

void dropOwnGradient(const QString& gradient)
{
    std::vector<OwnGradient> all = ownGradients();
    std::erase_if(all, [&](const OwnGradient& each) { return each.gradient == gradient; });
    write(all);
}

}
