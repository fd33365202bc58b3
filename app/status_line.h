#pragma once

#include "engine/session/observer.h"

#include <QWidget>

class QLabel;
class QProgressBar;

namespace backstep {

class ElidedLabel;

/// The line at the foot: a dot and where the pass stands; at the right step, loss, profile, or the
/// progress of long work with the key that ends it.
class StatusLine : public QWidget
{
    Q_OBJECT
public:
    explicit StatusLine(QWidget* parent = nullptr);
    void showWelcome();
    void showPass(const Snapshot& snapshot, const PassState& pass);
    /// An empty title ends it.
    void showProgress(const QString& title, double fraction);
    QString message() const;
    QString loss() const;
    bool isBusy() const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    class Dot;
    void setDetails(const QString& step, const QString& loss, const QString& profile);

    Dot* m_dot;
    ElidedLabel* m_message;
    QWidget* m_busy;
    QLabel* m_busyTitle;
    QProgressBar* m_bar;
    QLabel* m_step;
    QLabel* m_loss;
    QLabel* m_profile;
    QWidget* m_lines[2] = {}; ///< between the three
};

}
