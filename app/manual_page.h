#pragma once

#include <QDialog>

#include <utility>
#include <vector>

class QTextBrowser;

namespace backstep {

/// The manual as the program carries it: a page for each kind of finding, the library of
/// gradients and forwards, the functions and operators. Links lead from page to page.
class ManualPage : public QDialog
{
    Q_OBJECT
public:
    /// File names of all pages and the titles on them, in the order of the names.
    static const std::vector<std::pair<QString, QString>>& titles();
    explicit ManualPage(const QString& name, QWidget* parent = nullptr);
    QString shown() const { return m_shown; }

private:
    void show(const QString& name);

    QTextBrowser* m_text;
    QString m_shown;
};

}
