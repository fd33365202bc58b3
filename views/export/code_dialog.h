#pragma once

#include "engine/base/result.h"
#include "engine/diagnostics/framework_tables.h"
#include "views/models/export_subject.h"

#include <QDialog>

#include <array>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace backstep {

class SessionBridge;

/// The fix of one op as code, a tab for each framework: to be read, copied or saved.
class CodeDialog : public QDialog
{
    Q_OBJECT
public:
    CodeDialog(SessionBridge& bridge, const ExportSubject& subject, QWidget* parent = nullptr);
    QTabWidget& tabs() { return *m_tabs; }
    /// The code of the tab that is shown; empty where the framework has none, or not yet.
    QString code() const;
    /// Whether the answer has come.
    bool isFilled() const { return m_isFilled; }
    void copy();
    /// Writes the code that is shown; says so, or why not.
    void saveTo(const QString& path);

private:
    using Codes = std::array<Result<std::string>, 3>; ///< by Framework
    void ask(const ExportSubject& subject);
    void fill(const Codes& codes);
    void askForFile();
    void updateButtons();
    QPlainTextEdit& text(Framework framework) const;

    SessionBridge& m_bridge;
    QString m_name; ///< of the function that is written
    QLabel* m_words;
    QTabWidget* m_tabs;
    QPushButton *m_copy, *m_save;
    std::array<bool, 3> m_hasCode{};
    bool m_isFilled = false;
};

}
