#include "app/dock_title.h"

#include "views/style/icons.h"
#include "views/style/labels.h"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QToolButton>

namespace backstep {

namespace {
constexpr int kHeight = 34;
}

DockTitle::DockTitle(QDockWidget& dock)
    : QWidget(&dock), m_head(new SectionHead(dock.windowTitle(), this)),
      m_heading(new ElidedLabel({}, this))
{
    auto* close = styled(new QToolButton(this), "flat");
    close->setIcon(inkIcon(QStringLiteral("close"), Ink::Second));
    close->setIconSize({12, 12});
    close->setToolTip(tr("Hide this panel"));
    close->setAccessibleName(tr("Hide %1").arg(dock.windowTitle()));
    close->setFocusPolicy(Qt::NoFocus);
    connect(close, &QToolButton::clicked, &dock, &QDockWidget::hide);
    m_heading->setStyleSheet(QStringLiteral("font-size: 17px; font-weight: 600;"));
    m_heading->setContentsMargins(4, 0, 0, 0);
    m_heading->hide();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 6, 0);
    row->setSpacing(6);
    row->addWidget(m_head, 1);
    row->addWidget(m_heading, 1);
    row->addWidget(close);
}

void DockTitle::setRemark(const QString& remark)
{
    m_head->setRemark(remark);
}

void DockTitle::setHeading(const QString& heading)
{
    m_heading->setText(heading);
    m_heading->setVisible(!heading.isEmpty());
    m_head->setVisible(heading.isEmpty());
}

void DockTitle::setCompact(bool isCompact)
{
    m_isCompact = isCompact;
    setFixedHeight(isCompact ? 0 : kHeight);
    updateGeometry();
}

QSize DockTitle::sizeHint() const
{
    return {60, m_isCompact ? 0 : kHeight};
}

}
