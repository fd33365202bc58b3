#include "views/style/theme.h"

#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QApplication>
#include <QPalette>
#include <QProxyStyle>
#include <QStyleFactory>

namespace backstep {

namespace {

/// Fusion without what the design leaves out: lines under menu letters (Alt still works) and
/// under tabs.
class QuietStyle : public QProxyStyle
{
public:
    QuietStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override
    {
        return hint == SH_UnderlineShortcut ? 0
                                            : QProxyStyle::styleHint(hint, option, widget, data);
    }
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override
    {
        // Zones are divided by their own 1 px lines; the base of a tab bar would be a second one.
        if (element != PE_FrameTabBarBase)
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
};

QPalette paletteOfControls()
{
    const Palette& ours = Palette::current();
    QColor dimmed = ours.third;
    dimmed.setAlphaF(0.55F);
    QPalette palette(ours.text, ours.panel);
    palette.setColor(QPalette::Window, ours.panel);
    palette.setColor(QPalette::WindowText, ours.text);
    palette.setColor(QPalette::Base, ours.panel);
    palette.setColor(QPalette::AlternateBase, ours.raised);
    palette.setColor(QPalette::Text, ours.text);
    palette.setColor(QPalette::Button, ours.panel);
    palette.setColor(QPalette::ButtonText, ours.text);
    palette.setColor(QPalette::ToolTipBase, ours.raised);
    palette.setColor(QPalette::ToolTipText, ours.text);
    palette.setColor(QPalette::PlaceholderText, ours.third);
    palette.setColor(QPalette::Highlight, ours.accent);
    palette.setColor(QPalette::HighlightedText, ours.onAccent);
    palette.setColor(QPalette::Link, ours.accent);
    palette.setColor(QPalette::Mid, ours.rule);
    for (QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, dimmed);
    return palette;
}

}

Theme::Theme()
{
    // The system's own choice must be read before our palette replaces it.
    m_isSystemDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    QApplication::setStyle(new QuietStyle);
    apply();
}

Theme& Theme::instance()
{
    static Theme theme;
    return theme;
}

void Theme::setMode(ThemeMode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    apply();
    emit changed();
}

void Theme::apply()
{
    Palette::setDark(m_mode == ThemeMode::Dark || (m_mode == ThemeMode::System && m_isSystemDark));
    QApplication::setFont(uiFont());
    QApplication::setPalette(paletteOfControls());
    qApp->setStyleSheet(styleSheetText());
}

}
