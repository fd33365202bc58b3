#pragma once

#include "engine/session/observer.h"

#include <QWidget>

#include <array>

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
    enum Work { Engine, Layout, WorkCount };
    /// An empty title ends it, a negative fraction is not known. The engine's work comes first.
    void showProgress(Work work, const QString& title, double fraction);
    QString message() const;
    QString loss() const;
    bool isBusy(Work work) const { return !m_work[work].title.isEmpty(); }
    bool isBusy() const { return isBusy(Engine) || isBusy(Layout); }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    class Dot;
    struct Progress {
        QString title;
        double fraction = 0;
    };
    void setDetails(const QString& step, const QString& loss, const QString& profile);

    std::array<Progress, WorkCount> m_work;
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
