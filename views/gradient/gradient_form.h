#pragma once

#include "views/gradient/scope_section.h"
#include "views/gradient/verdict_section.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;

namespace backstep {

class ElidedLabel;
class ExpressionEdit;

/// The left side of the gradient editor: what is typed, what is said of it, for which ops it is and
/// why, and the buttons. Shows and tells; decides nothing.
class GradientForm : public QWidget
{
    Q_OBJECT
public:
    explicit GradientForm(QWidget* parent = nullptr);

    ExpressionEdit& edit() { return *m_edit; }
    VerdictSection& verdict() { return *m_verdict; }
    ScopeSection& scope() { return *m_scope; }
    QLineEdit& reason() { return *m_reason; }
    QPushButton& attachButton() { return *m_attach; }
    QPushButton& removeButton() { return *m_remove; }
    QPushButton& revertButton() { return *m_revert; }

    void setTitle(const QString& title, const QString& subtitle);
    /// The names that the text may use: "x", "min", "max", "y", "dy".
    void setNames(const QStringList& names);
    /// Under the text: the error, or that there is none.
    void setStatus(const QString& words, const QString& hint = {}, bool isError = false);
    QString status() const;
    /// In a low panel: the text, its status and the buttons alone; in the lowest no title.
    void setLow(bool isLow, bool isLowest);

signals:
    void checkWanted();
    void attachWanted();
    void gradcheckWanted();
    void removeWanted();
    void revertWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeNames();
    QWidget* makeButtons();

    QLabel* m_title;
    ElidedLabel* m_subtitle;
    ExpressionEdit* m_edit;
    QWidget* m_names;
    ElidedLabel* m_status;
    VerdictSection* m_verdict;
    ScopeSection* m_scope;
    QLabel* m_reasonTitle;
    QLineEdit* m_reason;
    QScrollArea* m_details;
    QPushButton *m_attach, *m_check, *m_gradcheck, *m_remove, *m_revert;
    QList<QWidget*> m_tall; ///< hidden in a low panel
};

}
