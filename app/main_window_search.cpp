// What Ctrl+K finds: commands, parts of the model, pages of the manual.
#include "app/actions.h"
#include "app/canvas_page.h"
#include "app/main_window.h"
#include "app/manual_page.h"
#include "app/window_docks.h"
#include "views/models/selection.h"
#include "views/search/search_popup.h"

#include <QAction>
#include <QStackedWidget>

namespace backstep {

namespace {

/// As it stands in a menu, without the marks of its letters.
QString plainText(const QAction& action)
{
    return action.text().remove(QLatin1Char('&'));
}

}

/// Every command but the search itself, in the order of the menus.
std::vector<QAction*> MainWindow::commands() const
{
    std::vector<QAction*> commands;
    for (QAction* action : m_actions->all())
        if (action && action != m_actions->search)
            commands.push_back(action);
    for (int panel = 0; panel < WindowDocks::PanelCount; ++panel)
        commands.push_back(m_docks->toggle(static_cast<WindowDocks::Panel>(panel)));
    return commands;
}

void MainWindow::openSearch()
{
    std::vector<SearchEntry> entries;
    const std::vector<QAction*> all = commands();
    for (size_t i = 0; i < all.size(); ++i) {
        const QAction& command = *all[i];
        SearchEntry entry;
        entry.title = plainText(command);
        entry.detail = command.statusTip();
        entry.keys = command.shortcut().toString(QKeySequence::NativeText);
        entry.isEnabled = command.isEnabled();
        entry.iconName = command.property("iconName").toString();
        entry.index = static_cast<int>(i);
        entries.push_back(std::move(entry));
    }
    if (m_pages->currentWidget() == m_canvas)
        for (SearchEntry& entry : entriesOf(*m_bridge->snapshot()))
            entries.push_back(std::move(entry));
    const auto& pages = ManualPage::titles();
    for (size_t i = 0; i < pages.size(); ++i) {
        SearchEntry entry;
        entry.kind = SearchEntry::Kind::Help;
        entry.title = pages[i].second;
        entry.detail = pages[i].first.chopped(3); // without ".md": as reports name it
        entry.iconName = QStringLiteral("book");
        entry.index = static_cast<int>(i);
        entries.push_back(std::move(entry));
    }
    m_search->open(std::move(entries));
}

void MainWindow::takeFound(const SearchEntry& found)
{
    const Graph* graph = m_bridge->snapshot()->program.get();
    if (found.kind == SearchEntry::Kind::Command) {
        commands()[static_cast<size_t>(found.index)]->trigger();
    } else if (found.kind == SearchEntry::Kind::Help) {
        ManualPage(ManualPage::titles()[static_cast<size_t>(found.index)].first, this).exec();
    } else if (graph && graph->has(found.op)) {
        backToGraph();
        m_selection->selectOpHere(*graph, found.op);
    } else if (graph && graph->has(found.weight)) {
        m_docks->raise(WindowDocks::Model);
        m_selection->selectWeight(found.weight);
    }
}

}
