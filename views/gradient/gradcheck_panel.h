#pragma once

#include "views/models/gradcheck_model.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace backstep {

class Selection;
class SessionBridge;

/// The gradcheck of every op of the model at once: rows as they come, the worst first; Esc keeps
/// what is finished. A row selects its op.
class GradcheckPanel : public QWidget
{
    Q_OBJECT
public:
    GradcheckPanel(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    void start();
    bool isRunning() const;
    QTableView& table() { return *m_table; }
    const GradcheckModel& checks() const { return *m_model; }
    QString words() const;

signals:
    /// The marks for the graph; empty once the document is another.
    void marksChanged(std::shared_ptr<const backstep::OpCheckMarks> marks);

private:
    struct Found {
        std::vector<OpGradcheck> rows;
        size_t all = 0;
        bool isDone = false;
        std::optional<Error> error;
    };
    void show(const std::shared_ptr<const Snapshot>& snapshot, const Found& found);
    void tellMarks();
    void forget();
    void setRunning(bool isRunning);
    QString summary(const Found& found) const;

    SessionBridge& m_bridge;
    Selection& m_selection;
    GradcheckModel* m_model;
    QTableView* m_table;
    QLabel* m_words;
    QPushButton *m_run, *m_stop;
    std::shared_ptr<const Graph> m_checked; ///< the program that the rows are of
    int m_question = 0;                     ///< answers to older ones are dropped
};

}
