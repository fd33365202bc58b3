#pragma once

#include "engine/session/gradient_looks.h"

#include <QWidget>

class QLineEdit;
class QListWidget;
class QPushButton;

namespace backstep {

/// The library of surrogates for an op, with the user's own gradients below: a small plot, the
/// formula, and the share of the values seen that get a gradient. One click, or Return, takes a
/// row; a filter by words stands above.
class SurrogateList : public QWidget
{
    Q_OBJECT
public:
    explicit SurrogateList(QWidget* parent = nullptr);
    void setLook(const GradientSubject& look);
    /// The gradient in the editor: its row is marked, and may be kept as the user's own.
    void setCurrent(const QString& gradient, bool isSound);
    /// In a low panel: the rows alone.
    void setLow(bool isLow);
    QListWidget& rows() { return *m_rows; }
    QLineEdit& filter() { return *m_filter; }

signals:
    void chosen(const QString& gradient);

private:
    void rebuild();
    void applyFilter();
    void keepCurrent();

    std::vector<SurrogateLook> m_looks;
    QString m_current;
    QLineEdit* m_filter;
    QListWidget* m_rows;
    QPushButton* m_keep;
    QWidget* m_head;
};

}
