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
    /// Halts the course between two steps, or goes on with one that was halted.
    void pauseOrContinue();

signals:
    void tryFixesWanted();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Runs { ///< what there is so far; `before` is null where nothing was fixed
        std::shared_ptr<const TrainingRun> before, now;
        bool isDone = false;
    };
    /// What goes on, on the engine's thread alone; handed on from a pause to what continues it.
    struct Courses {
        std::unique_ptr<Training> before, now;
    };
    void go(std::shared_ptr<Courses> courses);
    void stop();
    static std::shared_ptr<Courses> coursesOf(Document document, const TrainingOptions& options,
                                              uint32_t seed);
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
    QSpinBox* m_seed;
    QPushButton *m_run, *m_pause, *m_stop, *m_tryFixes;
    QLabel* m_words;
    SeriesPlot *m_loss, *m_norms;
    QTableWidget* m_table;
    std::shared_ptr<Courses> m_halted; ///< null unless a course waits to be continued
    std::stop_source m_halting;        ///< of the course under way, even before it has begun
    bool m_isPausing = false;          ///< the stop under way is a pause
    int m_question = 0;                ///< answers to older ones are dropped
};

}
