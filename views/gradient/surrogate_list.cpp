#include "views/gradient/surrogate_list.h"

#include "engine/checks/known_gradient.h"
#include "views/models/own_gradients.h"
#include "views/style/icons.h"

#include <QPushButton>

namespace backstep {

namespace {

QString asText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::vector<double> thumbnail(const QString& gradient)
{
    const std::vector<double> x = evenly(-2, 2, 81);
    const Result<std::vector<double>> slopes = slopesOf(gradient.toStdString(), x);
    return slopes ? *slopes : std::vector<double>();
}

LibraryRow rowOf(const SurrogateLook& look)
{
    const Surrogate& surrogate = *look.row;
    LibraryRow row;
    row.title = asText(surrogate.title);
    row.text = asText(surrogate.gradient);
    row.toolTip = asText(surrogate.use);
    if (!surrogate.source.empty())
        row.toolTip =
            SurrogateList::tr("%1\nSource: %2").arg(row.toolTip, asText(surrogate.source));
    row.curve = look.slopes;
    row.share = look.live;
    if (!surrogate.withSharpness.empty()) {
        row.textAt = [&surrogate](double k) {
            return QString::fromStdString(gradientAt(surrogate, k));
        };
        row.sharpness = surrogate.sharpness;
        row.least = surrogate.least;
        row.most = surrogate.most;
    }
    return row;
}

}

SurrogateList::SurrogateList(QWidget* parent)
    : LibraryList(tr("Surrogates"), tr("live on this data"), true, parent),
      m_keep(new QPushButton(inkIcon(QStringLiteral("plus")), tr("Save mine to the list"), this))
{
    m_keep->setToolTip(tr("Keep the gradient of the editor in this list, for other models too"));
    connect(m_keep, &QPushButton::clicked, this, &SurrogateList::keepCurrent);
    addFoot(m_keep);
}

void SurrogateList::setLook(const GradientSubject& look)
{
    m_looks = look.surrogates;
    rebuild();
}

void SurrogateList::rebuild()
{
    std::vector<LibraryRow> rows;
    for (const SurrogateLook& look : m_looks)
        rows.push_back(rowOf(look));
    for (const OwnGradient& own : ownGradients()) {
        LibraryRow row;
        row.title = own.title;
        row.text = own.gradient;
        row.toolTip = tr("Your own: %1").arg(own.gradient);
        row.curve = thumbnail(own.gradient);
        rows.push_back(std::move(row));
    }
    setRows(std::move(rows));
    setCurrentGradient(current(), m_keep->isEnabled());
}

void SurrogateList::setCurrentGradient(const QString& gradient, bool isSound)
{
    setCurrent(gradient);
    m_keep->setEnabled(isSound && !isMarked() && !gradient.trimmed().isEmpty());
}

void SurrogateList::keepCurrent()
{
    const QString gradient = current().trimmed();
    const size_t number = ownGradients().size() + 1;
    keepOwnGradient({tr("Mine %1").arg(number), gradient});
    rebuild();
}

}
