#pragma once

#include "views/gradient/scope_section.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace backstep {

class ElidedLabel;
class ExpressionEdit;
class Segments;

/// The left side of an editor: the op, whether its gradient or its forward is typed, the text with
/// its errors, what a derived form says of it, and the buttons. Shows and tells; decides nothing.
class ExpressionForm : public QWidget
{
    Q_OBJECT
public:
    /// The two things that are typed of an op.
    enum class Side : uint8_t { Gradient, Forward };

    ExpressionEdit& edit() { return *m_edit; }
    ScopeSection& scope() { return *m_scope; }
    QPushButton& attachButton() { return *m_attach; }
    QPushButton& removeButton() { return *m_remove; }
    QPushButton& revertButton() { return *m_revert; }
    Segments& sides() { return *m_sides; }

    void setTitle(const QString& title, const QString& subtitle);
    /// The names that the text may use: "x", "min", "max", "y", "dy".
    void setNames(const QStringList& names);
    /// Under the text: the error, or that there is none.
    void setStatus(const QString& words, const QString& hint = {}, bool isError = false);
    QString status() const;
    /// In a low panel: the text, its status and the buttons alone; in the lowest no title.
    virtual void setLow(bool isLow, bool isLowest);

signals:
    void checkWanted();
    void attachWanted();
    void removeWanted();
    void revertWanted();
    /// The other side is wanted.
    void sideWanted(ExpressionForm::Side side);

protected:
    ExpressionForm(Side side, QWidget* parent);
    /// Ctrl+Return checks wherever the cursor is; in the timesteps Return does, too.
    void keyPressEvent(QKeyEvent* event) override;
    /// Below the text, scrolled where the panel is low.
    void addDetails(const QList<QWidget*>& parts);
    /// Between the primary button and "Remove".
    void addButton(QPushButton* button);
    QScrollArea& details() { return *m_details; }

    QPushButton *m_attach, *m_remove, *m_revert;

private:
    QWidget* makeHead();
    QWidget* makeNames();
    QWidget* makeButtons();

    Side m_side;
    QLabel* m_title;
    Segments* m_sides;
    ElidedLabel* m_subtitle;
    ExpressionEdit* m_edit;
    QWidget* m_names;
    ElidedLabel* m_status;
    ScopeSection* m_scope;
    QScrollArea* m_details;
    QVBoxLayout* m_detailColumn;
    QHBoxLayout* m_buttonRow;
    QList<QWidget*> m_tall; ///< hidden in a low panel
};

}
