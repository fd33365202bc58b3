#include "views/style/icons.h"

#include "views/style/palette.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

/// Resources of a static library must be asked for by name, outside every namespace.
static void keepIconResources()
{
    Q_INIT_RESOURCE(icons);
}

namespace backstep {

namespace {

/// Draws the SVG anew for each size and theme, so that no pixmap outlives a change of palette.
class InkIconEngine : public QIconEngine
{
public:
    InkIconEngine(QByteArray svg, Ink ink) : m_svg(std::move(svg)), m_ink(ink) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        QByteArray svg = m_svg;
        svg.replace("currentColor", inkColor(m_ink).name().toLatin1());
        QSvgRenderer renderer(svg);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (mode == QIcon::Disabled)
            painter->setOpacity(painter->opacity() * 0.4);
        renderer.render(painter, rect);
        painter->restore();
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }
    QIconEngine* clone() const override { return new InkIconEngine(*this); }

private:
    QByteArray m_svg;
    Ink m_ink;
};

}

QColor inkColor(Ink ink)
{
    const Palette& palette = Palette::current();
    switch (ink) {
    case Ink::Text:
        return palette.text;
    case Ink::Second:
        return palette.second;
    case Ink::Accent:
        return palette.accent;
    case Ink::OnAccent:
        return palette.onAccent;
    case Ink::Forward:
        return palette.forward;
    case Ink::Backward:
        return palette.backward;
    }
    return palette.text;
}

QIcon inkIcon(const QString& name, Ink ink)
{
    keepIconResources();
    QFile file(QStringLiteral(":/backstep/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new InkIconEngine(file.readAll(), ink));
}

}
