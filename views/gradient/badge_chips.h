#pragma once

#include "views/style/badge.h"

#include <QWidget>

namespace backstep {

/// Badges with words in rounded boxes, side by side, on further lines where they do not fit.
class BadgeChips : public QWidget
{
public:
    struct Chip {
        Badge badge;
        QString text;
    };
    explicit BadgeChips(QWidget* parent = nullptr);
    void setChips(const QList<Chip>& chips);
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {260, heightForWidth(width())}; }
    QSize minimumSizeHint() const override { return {120, heightForWidth(width())}; }

protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override { updateGeometry(); }

private:
    QList<QRectF> places(int width) const;
    QList<Chip> m_chips;
};

}
