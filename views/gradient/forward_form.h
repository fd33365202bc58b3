#pragma once

#include "engine/session/forward_looks.h"
#include "views/gradient/expression_form.h"

namespace backstep {

class BadgeChips;
class SectionHead;

/// The form of a forward: how far it is from the op on the values seen, and for which ops it is.
class ForwardForm : public ExpressionForm
{
    Q_OBJECT
public:
    explicit ForwardForm(QWidget* parent = nullptr);
    void setDistance(const ForwardError& distance);
    /// In place of a distance: why there is none.
    void setNoDistance(const QString& words);
    /// What is said of the distance.
    QString words() const;

private:
    SectionHead* m_head;
    BadgeChips* m_chips;
    QLabel* m_sentence;
};

}
