#pragma once

#include "engine/session/state_map.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace backstep {

class BadgeLabel;

/// Why an op is marked as it is, in plain words, in the colour of its mark.
class StateCard : public QWidget
{
    Q_OBJECT
public:
    explicit StateCard(QWidget* parent = nullptr);
    /// An empty `link` leaves the action out.
    void show(OpMark mark, const QString& title, const QString& text, const QString& link);

signals:
    void linkActivated();

protected:
    void paintEvent(QPaintEvent*) override;

private:
    OpMark m_mark = OpMark::Plain;
    BadgeLabel* m_badge;
    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_link;
};

}
