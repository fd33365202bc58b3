#pragma once

#include <QStringList>
#include <QWidget>

namespace backstep {

/// A row of choices of which one is taken; arrow keys move, the taken one is raised.
class Segments : public QWidget
{
    Q_OBJECT
public:
    explicit Segments(const QStringList& choices, QWidget* parent = nullptr);
    int index() const { return m_index; }
    void setIndex(int index);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRect segmentRect(int index) const;
    void choose(int index);

    QStringList m_choices;
    int m_index = 0;
};

}
