#include "app/manual_page.h"

#include "engine/exporters/manual.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QTextBrowser>
#include <QUrl>
#include <QVBoxLayout>

namespace backstep {

namespace {

const std::map<std::string, std::string>& pages()
{
    static const std::map<std::string, std::string> all = catalogueManual();
    return all;
}

/// The first heading, without the marks around it.
QString titleOf(const std::string& text)
{
    for (const QString& line : QString::fromStdString(text).split(QLatin1Char('\n')))
        if (line.startsWith(QLatin1String("# ")))
            return line.mid(2).remove(QLatin1Char('`'));
    return {};
}

}

const std::vector<std::pair<QString, QString>>& ManualPage::titles()
{
    static const std::vector<std::pair<QString, QString>> all = [] {
        std::vector<std::pair<QString, QString>> titles;
        for (const auto& [name, text] : pages())
            titles.emplace_back(QString::fromStdString(name), titleOf(text));
        return titles;
    }();
    return all;
}

ManualPage::ManualPage(const QString& name, QWidget* parent)
    : QDialog(parent), m_text(new QTextBrowser(this))
{
    setWindowTitle(tr("Manual"));
    resize(760, 640);
    m_text->setOpenLinks(false);
    m_text->setAccessibleName(tr("Page of the manual"));
    m_text->setFrameShape(QFrame::NoFrame);
    connect(m_text, &QTextBrowser::anchorClicked, this,
            [this](const QUrl& link) { show(link.fileName()); });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* all = buttons->addButton(tr("&All pages"), QDialogButtonBox::ActionRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(all, &QPushButton::clicked, this, [this] { show(QStringLiteral("findings.md")); });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 16, 24, 16);
    column->addWidget(m_text, 1);
    column->addWidget(buttons);
    show(name);
    m_text->setFocus();
}

void ManualPage::show(const QString& name)
{
    const auto page = pages().find(name.toStdString());
    if (page == pages().end())
        return;
    m_shown = name;
    m_text->setMarkdown(QString::fromStdString(page->second));
}

}
