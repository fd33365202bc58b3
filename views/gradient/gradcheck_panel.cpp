#include "views/gradient/gradcheck_panel.h"

#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/icons.h"
#include "views/style/labels.h"
#include "views/style/row_delegate.h"
#include "views/style/value_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>

#include <chrono>

namespace backstep {

namespace {

constexpr int kRowHeight = 26;

QString wordsOf(const OpGradcheck& check)
{
    QString words = GradcheckPanel::tr("gradcheck: %1").arg(QString::fromStdString(check.verdict));
    if (const QString error = errorText(check); !error.isEmpty()) {
        words += GradcheckPanel::tr(", worst relative error %1").arg(error);
        const QString at = timestepText(check.at.at);
        words += GradcheckPanel::tr(" at %1").arg(
            at.isEmpty() ? elementText(check) : at + QLatin1Char(' ') + elementText(check));
    }
    if (const QString remark = remarkText(check); !remark.isEmpty())
        words += QStringLiteral(" (%1)").arg(remark);
    return words;
}

}

GradcheckPanel::GradcheckPanel(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_selection(selection), m_model(new GradcheckModel(this)),
      m_table(new QTableView(this)), m_words(quietLabel({}, "second", this)),
      m_run(styled(new QPushButton(inkIcon(QStringLiteral("check"), Ink::OnAccent),
                                   tr("Check all ops"), this),
                   "primary")),
      m_stop(new QPushButton(inkIcon(QStringLiteral("stop")), tr("Stop"), this))
{
    m_run->setToolTip(tr("Compare the gradient of every op with differences, in float64 "
                         "(Ctrl+Shift+Return)"));
    m_stop->setToolTip(tr("Stop checking; finished rows stay (Esc)"));
    connect(m_run, &QPushButton::clicked, this, &GradcheckPanel::start);
    connect(m_stop, &QPushButton::clicked, &m_bridge, &SessionBridge::cancel);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Ops and what the check says of their gradients"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setItemDelegate(new RowDelegate(RowDelegate::Form::Table, kRowHeight, m_table));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int widths[]{150, 130, 150, 100, 280};
    for (int column = 0; column < GradcheckModel::RemarkColumn; ++column)
        m_table->setColumnWidth(column, widths[column]);
    m_table->horizontalHeader()->setStretchLastSection(true);
    // The selection, not the current row: that one moves with the focus alone.
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        const QModelIndexList rows = m_table->selectionModel()->selectedRows();
        if (!rows.isEmpty() && m_model->row(rows.first().row()).node != kNoNode)
            m_selection.selectOp(m_model->address(rows.first().row()));
    });

    auto* title = new QLabel(tr("Gradcheck"), this);
    title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(title);
    head->addWidget(m_words, 1);
    head->addWidget(m_stop);
    head->addWidget(m_run);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 6, 16, 6);
    column->setSpacing(6);
    column->addLayout(head);
    column->addWidget(m_table, 1);
    column->setSizeConstraint(QLayout::SetNoConstraint);
    setMinimumHeight(60);
    forget();
    connect(&m_bridge, &SessionBridge::documentOpened, this, &GradcheckPanel::forget);
    connect(&m_bridge, &SessionBridge::documentChanged, this, [this] {
        if (m_checked && m_bridge.snapshot()->program != m_checked)
            forget();
    });
}

bool GradcheckPanel::isRunning() const
{
    return m_stop->isEnabled();
}

QString GradcheckPanel::words() const
{
    return m_words->text();
}

void GradcheckPanel::setRunning(bool isRunning)
{
    m_run->setEnabled(!isRunning && m_bridge.hasDocument());
    m_stop->setEnabled(isRunning);
}

void GradcheckPanel::forget()
{
    ++m_question;
    m_checked.reset();
    m_model->setRows(m_bridge.snapshot(), {});
    m_words->setText(tr("Check compares the gradient of every op with differences of its values, "
                        "in float64."));
    setRunning(false);
    emit marksChanged(std::make_shared<const OpCheckMarks>());
}

void GradcheckPanel::start()
{
    if (!m_bridge.hasDocument() || isRunning())
        return;
    forget();
    setRunning(true);
    m_words->setText(tr("Checking…"));
    const int question = m_question;
    const std::shared_ptr<const Snapshot> snapshot = m_bridge.snapshot();
    m_checked = snapshot->program;
    const QPointer<QObject> self(this);
    m_bridge.ask<Found>(
        QStringLiteral("gradcheck of all"), this,
        [this, self, question, snapshot](DebugSession&, std::stop_token stop) {
            using Clock = std::chrono::steady_clock;
            Clock::time_point toldAt = Clock::now();
            Found found;
            GradcheckOptions options;
            options.stop = stop;
            m_bridge.tellProgress(tr("Checking gradients"), 0);
            const Result<std::vector<OpGradcheck>> rows = gradcheckDocument(
                *snapshot->document, *snapshot->program, options,
                [&](const OpGradcheck& row, size_t done, size_t all) {
                    found.rows.push_back(row);
                    found.all = all;
                    if (Clock::now() - toldAt < std::chrono::milliseconds(100))
                        return;
                    toldAt = Clock::now();
                    m_bridge.tellProgress(tr("Checking gradients"), double(done) / double(all));
                    m_bridge.deliver(self, [this, found, snapshot, question] {
                        if (question == m_question)
                            show(snapshot, found);
                    });
                });
            if (!rows)
                found.error = rows.error();
            found.isDone = true;
            m_bridge.tellProgress({}, 1);
            return found;
        },
        [this, question, snapshot](const Found& found) {
            if (question != m_question)
                return;
            setRunning(false);
            show(snapshot, found);
            if (m_model->countOf(CheckMark::Fails) > 0)
                m_table->selectRow(0); // the worst is shown on the graph
        });
}

QString GradcheckPanel::summary(const Found& found) const
{
    if (found.error && found.error->code != kCancelled)
        return QString::fromStdString(found.error->text());
    const std::pair<CheckMark, QString> counted[]{{CheckMark::Fails, tr("%1 fail")},
                                                  {CheckMark::NotDecided, tr("%1 not decided")},
                                                  {CheckMark::Surrogate, tr("%1 surrogate")},
                                                  {CheckMark::Passes, tr("%1 pass")}};
    QStringList parts;
    for (const auto& [mark, words] : counted)
        if (const int count = m_model->countOf(mark); count > 0)
            parts << words.arg(count);
    QString text = parts.join(QStringLiteral(", "));
    if (found.rows.size() < found.all || found.error)
        text = (found.isDone ? tr("Stopped after %1 of %2. ") : tr("%1 of %2 checked. "))
                   .arg(found.rows.size())
                   .arg(found.all) +
               text;
    return text;
}

void GradcheckPanel::show(const std::shared_ptr<const Snapshot>& snapshot, const Found& found)
{
    m_model->setRows(snapshot, found.rows);
    m_words->setText(summary(found));
    tellMarks();
}

void GradcheckPanel::tellMarks()
{
    auto marks = std::make_shared<OpCheckMarks>();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const OpGradcheck& check = m_model->row(row);
        const CheckMark mark = markOf(check);
        if (check.node != kNoNode && mark != CheckMark::None)
            (*marks)[check.node] = {mark, wordsOf(check), check.at, elementText(check),
                                    row == 0 && mark == CheckMark::Fails};
    }
    emit marksChanged(marks);
}

}
