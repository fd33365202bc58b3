#pragma once

#include <QWidget>

class QDockWidget;

namespace backstep {

class ElidedLabel;
class SectionHead;

/// The title of a panel: a section head that one can drag, and a button that hides the panel. It
/// takes no room while the panel's tab says the same.
class DockTitle : public QWidget
{
    Q_OBJECT
public:
    explicit DockTitle(QDockWidget& dock);
    void setRemark(const QString& remark);
    /// In place of the panel's name: what the panel shows. Empty for the name again.
    void setHeading(const QString& heading);
    void setCompact(bool isCompact);
    bool isCompact() const { return m_isCompact; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

private:
    SectionHead* m_head;
    ElidedLabel* m_heading;
    bool m_isCompact = false;
};

}
