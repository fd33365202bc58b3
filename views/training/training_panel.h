#pragma once

#include "engine/session/training.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace backstep {

class SeriesPlot;
class SessionBridge;

/// A few steps of training: the loss, the gradient norm of each layer, how far each weight moved.
/// Where the document has fixes, the model without them runs beside it from the same start.
class TrainingPanel : public QWidget
{
    Q_OBJECT
public:
    explicit TrainingPanel(SessionBridge& bridge, QWidget* parent = nullptr);
    void start();

signals:
    void tryFixesWanted();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Runs { ///< what there is so far; `before` is null where nothing was fixed
        std::shared_ptr<const TrainingRun> before, now;
        bool isDone = false;
    };
    void makeControls();
    void showWhatFits();
    void forget();
    void show(const Runs& runs);
    void showTable(const Runs& runs);
    QString wordsFor(const Runs& runs) const;
    void setRunning(bool isRunning);
    TrainingOptions options() const;

    SessionBridge& m_bridge;
    QSpinBox* m_steps;
    QComboBox* m_optimizer;
    QDoubleSpinBox* m_rate;
    QPushButton *m_run, *m_stop, *m_tryFixes;
    QLabel* m_words;
    SeriesPlot *m_loss, *m_norms;
    QTableWidget* m_table;
    int m_question = 0; ///< answers to older ones are dropped
};

}
