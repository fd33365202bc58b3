#pragma once

#include <QAbstractButton>

namespace backstep {

/// A file opened before: its name over its folder and day. A file that is gone is dimmed.
class RecentRow : public QAbstractButton
{
    Q_OBJECT
public:
    explicit RecentRow(const QString& path, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {346, 44}; }

protected:
    void paintEvent(QPaintEvent*) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QString m_name, m_place;
};

}
