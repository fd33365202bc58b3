#include "views/welcome/recent_row.h"

#include "views/style/fonts.h"
#include "views/style/icons.h"
#include "views/style/palette.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>

namespace backstep {

RecentRow::RecentRow(const QString& path, QWidget* parent) : QAbstractButton(parent)
{
    const QFileInfo file(path);
    m_name = file.fileName();
    QString folder = file.absolutePath();
    if (folder.startsWith(QDir::homePath()))
        folder = QLatin1Char('~') + folder.mid(QDir::homePath().size());
    m_place = file.exists()
                  ? QStringLiteral("%1, %2").arg(
                        folder, QLocale().toString(file.lastModified(), QLocale::ShortFormat))
                  : tr("%1, not found").arg(folder);
    setEnabled(file.exists());
    setToolTip(path);
    setAccessibleName(tr("Open %1").arg(m_name));
    setFocusPolicy(Qt::StrongFocus);
    setFixedHeight(44);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void RecentRow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void RecentRow::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
    painter.setPen(hasFocus() ? QPen(palette.accent, 2) : QPen(Qt::NoPen));
    painter.setBrush(underMouse() && isEnabled() ? palette.raised : palette.panel);
    painter.drawRoundedRect(box, 6, 6);
    inkIcon(QStringLiteral("file"), Ink::Second).paint(&painter, QRect(8, 14, 16, 16));
    const int room = width() - 42;
    painter.setFont(uiFont(13, QFont::Medium));
    painter.setPen(isEnabled() ? palette.text : palette.third);
    painter.drawText(QRect(34, 4, room, 19), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_name, Qt::ElideMiddle, room));
    painter.setFont(uiFont(11));
    painter.setPen(palette.second);
    painter.drawText(QRect(34, 22, room, 17), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_place, Qt::ElideMiddle, room));
}

}
