#include "app/keys_page.h"

#include "app/actions.h"
#include "views/style/labels.h"

#include <QAction>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace backstep {

KeysPage::KeysPage(const Actions& actions, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Keys"));
    auto* list = new QWidget;
    auto* grid = new QGridLayout(list);
    grid->setContentsMargins(24, 16, 24, 16);
    grid->setHorizontalSpacing(20);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    int row = 0;
    const auto addRow = [&](const QString& keys, const QString& meaning) {
        grid->addWidget(keyCap(keys, list), row, 0, Qt::AlignLeft);
        grid->addWidget(new QLabel(meaning, list), row, 1);
        ++row;
    };
    for (const QAction* action : actions.all()) {
        if (!action) {
            grid->setRowMinimumHeight(row++, 10);
            continue;
        }
        if (action->shortcuts().isEmpty())
            continue;
        QStringList keys;
        for (const QKeySequence& key : action->shortcuts())
            keys << key.toString(QKeySequence::NativeText);
        addRow(keys.join(tr(" or ")), action->statusTip());
    }
    grid->setRowMinimumHeight(row++, 10);
    addRow(tr("Enter"), tr("On a problem: show it and its fixes"));
    addRow(QStringLiteral("Ctrl+Return"), tr("In the gradient editor: check the gradient"));
    addRow(QStringLiteral("Ctrl+1 … 6"), tr("Show, focus or hide a panel"));
    addRow(QStringLiteral("Esc"), tr("Cancel what runs; close a message"));

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(list);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
    resize(580, 620);
}

}
