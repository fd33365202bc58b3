#pragma once

#include "views/gradient/expression_form.h"
#include "views/gradient/verdict_section.h"

class QLineEdit;

namespace backstep {

/// The form of a gradient: its verdict, for which ops it is, and why it may differ.
class GradientForm : public ExpressionForm
{
    Q_OBJECT
public:
    explicit GradientForm(QWidget* parent = nullptr);

    VerdictSection& verdict() { return *m_verdict; }
    QLineEdit& reason() { return *m_reason; }
    void setLow(bool isLow, bool isLowest) override;

signals:
    void gradcheckWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    VerdictSection* m_verdict;
    QLineEdit* m_reason;
    QPushButton* m_gradcheck;
};

}
