#pragma once

#include <QRadioButton>

namespace backstep {

/// One remedy in a list: a radio button with its expression (or key) at the right.
class FixOption : public QRadioButton
{
public:
    FixOption(const QString& title, const QString& remark, const QString& wholeRemark,
              QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {120, 26}; }

protected:
    void paintEvent(QPaintEvent*) override;
    bool hitButton(const QPoint& at) const override { return rect().contains(at); }

private:
    QString m_remark;
};

}
