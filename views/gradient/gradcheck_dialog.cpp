#include "views/gradient/gradcheck_dialog.h"

#include "views/models/op_text.h"
#include "views/models/session_bridge.h"
#include "views/style/labels.h"
#include "views/style/row_delegate.h"
#include "views/style/value_text.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

double distance(const ElementCheck& check)
{
    return std::abs(check.gradient - check.slope);
}

bool hasSlope(const ElementCheck& check)
{
    return check.around == Around::Smooth || check.around == Around::Kink;
}

QString remark(Around around)
{
    switch (around) {
    case Around::Kink:
        return GradcheckDialog::tr("at a kink");
    case Around::Jump:
        return GradcheckDialog::tr("at a jump: no slope");
    case Around::NotFinite:
        return GradcheckDialog::tr("not finite: no slope");
    case Around::Smooth:
        break;
    }
    return {};
}

}

GradcheckDialog::GradcheckDialog(SessionBridge& bridge, NodeId node, const QString& gradient,
                                 QWidget* parent)
    : QDialog(parent), m_bridge(bridge), m_words(new QLabel(tr("Checking…"), this)),
      m_table(new QTableWidget(0, 6, this))
{
    setWindowTitle(tr("Gradcheck"));
    resize(760, 480);
    const Snapshot& snapshot = *bridge.snapshot();
    auto* title = new QLabel(
        tr("Gradient and slope of %1, for dy = 1").arg(opText(*snapshot.program, node)), this);
    title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    m_words->setProperty("tone", "second");
    m_words->setWordWrap(true);
    m_table->setAccessibleName(tr("Elements with gradient and slope"));
    m_table->setHorizontalHeaderLabels(
        {tr("Element"), tr("x"), tr("Gradient"), tr("Slope"), tr("Difference"), tr("Remark")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->setItemDelegate(new RowDelegate(RowDelegate::Form::Table, 26, m_table));
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setHighlightSections(false);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    column->addWidget(title);
    column->addWidget(m_words);
    column->addWidget(m_table, 1);
    column->addWidget(buttons);
    ask(node, gradient);
}

void GradcheckDialog::ask(NodeId node, const QString& gradient)
{
    using Rows = Result<std::vector<CheckedElement>>;
    m_bridge.ask<Rows>(
        QStringLiteral("gradcheck"), this,
        [node, text = gradient.toStdString()](DebugSession& session, std::stop_token stop) {
            constexpr size_t kMostOfAPlace = 64;
            return checkedElements(session, node, text, kMostOfAPlace, stop);
        },
        [this](const Rows& rows) { fill(rows); });
}

void GradcheckDialog::fill(const Result<std::vector<CheckedElement>>& rows)
{
    if (!rows) {
        m_words->setText(QString::fromStdString(rows.error().text()));
        return;
    }
    std::vector<CheckedElement> sorted = *rows;
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return std::pair(hasSlope(a.check), distance(a.check)) >
               std::pair(hasSlope(b.check), distance(b.check));
    });
    for (const CheckedElement& row : sorted)
        addRow(row);
    const auto without = std::count_if(sorted.begin(), sorted.end(), [](const CheckedElement& row) {
        return !hasSlope(row.check);
    });
    QString words = plural(static_cast<long long>(sorted.size()), tr("1 element in float64."),
                           tr("%1 elements in float64."));
    if (!sorted.empty() && hasSlope(sorted.front().check))
        words += tr(" Furthest apart by %1.").arg(numberText(distance(sorted.front().check)));
    if (without > 0)
        words += plural(without, tr(" 1 has no slope."), tr(" %1 have no slope."));
    m_words->setText(words);
    if (m_table->rowCount() > 0)
        m_table->setCurrentCell(0, 0);
    m_table->setFocus();
}

void GradcheckDialog::addRow(const CheckedElement& row)
{
    const int at = m_table->rowCount();
    m_table->insertRow(at);
    const bool isThere = hasSlope(row.check);
    const QString timestep = timestepText(row.at.at);
    const QStringList cells{(timestep.isEmpty() ? QString() : timestep + QStringLiteral("  ")) +
                                QString::fromStdString(row.element),
                            numberText(row.check.x),
                            numberText(row.check.gradient),
                            isThere ? numberText(row.check.slope) : QStringLiteral("–"),
                            isThere ? numberText(distance(row.check)) : QStringLiteral("–"),
                            remark(row.check.around)};
    for (int column = 0; column < cells.size(); ++column) {
        auto* item = new QTableWidgetItem(cells[column]);
        if (column > 0 && column < 5)
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_table->setItem(at, column, item);
    }
}

QString GradcheckDialog::words() const
{
    return m_words->text();
}

}
