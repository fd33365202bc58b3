#include "views/style/fonts.h"

#include <QFontDatabase>
#include <QStringList>

namespace backstep {

namespace {

QString firstInstalled(const QStringList& wanted, const QString& otherwise)
{
    const QStringList families = QFontDatabase::families();
    for (const QString& family : wanted)
        if (families.contains(family))
            return family;
    return otherwise;
}

}

QFont uiFont(int pixelSize, QFont::Weight weight)
{
    static const QString family = firstInstalled(
        {QStringLiteral("Inter")}, QFontDatabase::systemFont(QFontDatabase::GeneralFont).family());
    QFont font(family);
    font.setPixelSize(pixelSize);
    font.setWeight(weight);
    return font;
}

QFont monoFont(int pixelSize)
{
    static const QString family =
        firstInstalled({QStringLiteral("JetBrains Mono"), QStringLiteral("DejaVu Sans Mono"),
                        QStringLiteral("Liberation Mono")},
                       QFontDatabase::systemFont(QFontDatabase::FixedFont).family());
    QFont font(family);
    font.setStyleHint(QFont::Monospace);
    font.setPixelSize(pixelSize);
    return font;
}

QFont sectionFont()
{
    QFont font = uiFont(11, QFont::DemiBold);
    font.setCapitalization(QFont::AllUppercase);
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0.3);
    return font;
}

}
