#pragma once

#include <QWidget>

class QDockWidget;

namespace backstep {

class SectionHead;

/// The title of a panel: a section head that one can drag, and a button that hides the panel. It
/// takes no room while the panel's tab says the same.
class DockTitle : public QWidget
{
    Q_OBJECT
public:
    explicit DockTitle(QDockWidget& dock);
    void setRemark(const QString& remark);
    void setCompact(bool isCompact);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

private:
    SectionHead* m_head;
    bool m_isCompact = false;
};

}
