#include "app/panel_corner.h"

#include "views/style/icons.h"
#include "views/style/labels.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QMainWindow>
#include <QTabBar>
#include <QToolButton>

#include <algorithm>

namespace backstep {

PanelCorner::PanelCorner(QMainWindow& window, QAction& maximize)
    : QWidget(&window), m_window(window), m_button(styled(new QToolButton(this), "flat"))
{
    m_button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_button->setFocusPolicy(Qt::NoFocus); // by keys there are two of its own
    const auto show = [this, &maximize] {
        const bool isMaximized = maximize.isChecked();
        m_button->setIcon(
            inkIcon(QString::fromLatin1(isMaximized ? "restore" : "maximize"), Ink::Second));
        m_button->setText(isMaximized ? tr("Back to the graph") : QString());
        m_button->setAccessibleName(isMaximized ? tr("Back to the graph") : maximize.text());
        m_button->setToolTip(isMaximized ? tr("Give the graph its place again (Esc)")
                                         : maximize.toolTip());
        place();
    };
    connect(&maximize, &QAction::toggled, this, show);
    connect(m_button, &QToolButton::clicked, &maximize, &QAction::trigger);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 8, 0);
    row->addWidget(m_button);
    show();
    hide();
}

void PanelCorner::follow()
{
    QTabBar* found = nullptr;
    for (QTabBar* tabs : m_window.findChildren<QTabBar*>(Qt::FindDirectChildrenOnly))
        if (tabs->isVisible() && (!found || tabs->y() > found->y()))
            found = tabs;
    if (found != m_tabs) {
        if (m_tabs)
            m_tabs->removeEventFilter(this);
        m_tabs = found;
        if (m_tabs) {
            m_tabs->installEventFilter(this);
            connect(m_tabs, &QObject::destroyed, this, [this, gone = m_tabs] {
                if (m_tabs == gone)
                    m_tabs = nullptr;
            });
        }
    }
    setVisible(m_tabs);
    place();
}

void PanelCorner::place()
{
    if (!m_tabs)
        return;
    const QSize size = sizeHint();
    const int end = m_tabs->mapTo(&m_window, QPoint(m_tabs->width(), 0)).x();
    const QRect last = m_tabs->tabRect(m_tabs->count() - 1);
    const int begin = m_tabs->mapTo(&m_window, last.topRight()).x();
    setGeometry(std::max(begin, end - size.width()), m_tabs->y(), size.width(), m_tabs->height());
    raise();
}

bool PanelCorner::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::Resize:
    case QEvent::Move:
    case QEvent::LayoutRequest:
        place();
        break;
    case QEvent::Show:
    case QEvent::Hide:
        QMetaObject::invokeMethod(this, &PanelCorner::follow, Qt::QueuedConnection);
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

}
