#pragma once

#include <QFrame>

class QLabel;

namespace backstep {

struct Error;

/// Tells of a request that failed, above the work and without stopping it; Esc or × takes it away.
class MessageBar : public QFrame
{
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);
    void showError(const Error& error);
    QString text() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel* m_what;
    QLabel* m_more;
};

}
