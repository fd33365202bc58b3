#pragma once

#include "views/models/gradcheck_model.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace backstep {

class BadgeLabel;

/// What the check of all gradients said of the selected op, in the words of its tool tip on the
/// graph, with a way to the timestep that told most.
class CheckLine : public QWidget
{
    Q_OBJECT
public:
    explicit CheckLine(QWidget* parent = nullptr);
    /// Null: the op was not checked. `selected` is the place that is looked at.
    void setCheck(const OpCheckMark* check, const OpAddress& selected);
    QString words() const;

signals:
    void placeWanted(const backstep::OpAddress& place);

private:
    BadgeLabel* m_badge;
    QLabel* m_words;
    QPushButton* m_link;
    OpAddress m_place;
};

}
