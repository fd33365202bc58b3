#include "views/training/training_panel.h"

#include "views/models/session_bridge.h"
#include "views/plots/series_plot.h"
#include "views/style/icons.h"
#include "views/style/labels.h"
#include "views/style/palette.h"
#include "views/style/row_delegate.h"
#include "views/style/value_text.h"
#include "views/training/training_numbers.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace backstep {

namespace {

constexpr int kLeastHeight = 90, kHeightOfCurves = 140, kHeightOfTable = 230; ///< pixels

template<class Spin> Spin* spinBox(const QString& name, QWidget* parent)
{
    auto* spin = new Spin(parent);
    spin->setAccessibleName(name);
    spin->setToolTip(name);
    return spin;
}

}

TrainingPanel::TrainingPanel(SessionBridge& bridge, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_steps(spinBox<QSpinBox>(tr("Number of steps"), this)),
      m_optimizer(new QComboBox(this)), m_rate(spinBox<QDoubleSpinBox>(tr("Learning rate"), this)),
      m_seed(spinBox<QSpinBox>(tr("Seed"), this)),
      m_run(styled(
          new QPushButton(inkIcon(QStringLiteral("curve"), Ink::OnAccent), tr("Train"), this),
          "primary")),
      m_pause(new QPushButton(inkIcon(QStringLiteral("pause")), tr("Pause"), this)),
      m_stop(new QPushButton(inkIcon(QStringLiteral("stop")), tr("Stop"), this)),
      m_tryFixes(new QPushButton(tr("Try all fixes…"), this)),
      m_words(quietLabel({}, "second", this)),
      m_loss(new SeriesPlot(tr("Loss"), tr("Train 20 steps to see the loss."), this)),
      m_norms(new SeriesPlot(tr("Gradient norm by layer"),
                             tr("The size of each layer's gradient shows here."), this)),
      m_table(new QTableWidget(0, 4, this))
{
    makeControls();
    auto* title = new QLabel(tr("Training"), this);
    title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    auto* controls = new QHBoxLayout;
    controls->setSpacing(8);
    controls->addWidget(title);
    controls->addSpacing(16);
    controls->addWidget(quietLabel(tr("Steps"), "second", this));
    controls->addWidget(m_steps);
    controls->addWidget(m_optimizer);
    controls->addWidget(quietLabel(tr("Rate"), "second", this));
    controls->addWidget(m_rate);
    controls->addWidget(quietLabel(tr("Seed"), "second", this));
    controls->addWidget(m_seed);
    controls->addStretch(1);
    controls->addWidget(m_tryFixes);
    controls->addWidget(m_pause);
    controls->addWidget(m_stop);
    controls->addWidget(m_run);
    auto* plots = new QHBoxLayout;
    plots->setSpacing(24);
    plots->addWidget(m_loss, 1);
    plots->addWidget(m_norms, 1);
    m_words->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 16, 8);
    column->setSpacing(8);
    column->addLayout(controls);
    column->addWidget(m_words);
    column->addLayout(plots, 3);
    column->addWidget(m_table, 2);
    column->setSizeConstraint(QLayout::SetNoConstraint); // a low dock shows the words alone
    setMinimumHeight(kLeastHeight);
    setRunning(false);
    connect(&m_bridge, &SessionBridge::documentOpened, this, &TrainingPanel::forget);
}

void TrainingPanel::resizeEvent(QResizeEvent* event)
{
    showWhatFits();
    QWidget::resizeEvent(event);
}

/// The words always; then the curves, then the table.
void TrainingPanel::showWhatFits()
{
    m_loss->setVisible(height() >= kHeightOfCurves);
    m_norms->setVisible(height() >= kHeightOfCurves);
    m_table->setVisible(m_table->rowCount() > 0 && height() >= kHeightOfTable);
}

void TrainingPanel::makeControls()
{
    m_steps->setRange(1, 10000);
    m_steps->setValue(20);
    m_optimizer->addItem(tr("Adam"), static_cast<int>(Optimizer::Adam));
    m_optimizer->addItem(tr("SGD"), static_cast<int>(Optimizer::Sgd));
    m_optimizer->setAccessibleName(tr("Optimizer"));
    m_rate->setDecimals(5);
    m_rate->setRange(0.00001, 1000);
    m_rate->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_rate->setValue(0.01);
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setValue(static_cast<int>(InputChoice().seed));
    m_seed->setToolTip(tr("Of the data that is made up: the same seed, the same course"));
    m_pause->setToolTip(tr("Halt between two steps, and go on from there"));
    m_run->setToolTip(tr("Train on the model's own data and loss; the model stays as it is "
                         "(Ctrl+T)"));
    m_stop->setToolTip(tr("Stop training; what is there stays (Esc)"));
    m_tryFixes->setToolTip(tr("50 steps with each fix of the selected problem (Ctrl+Shift+T)"));
    m_table->setAccessibleName(tr("Did each weight move?"));
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
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->hide();
    connect(m_run, &QPushButton::clicked, this, &TrainingPanel::start);
    connect(m_pause, &QPushButton::clicked, this, &TrainingPanel::pauseOrContinue);
    connect(m_stop, &QPushButton::clicked, this, &TrainingPanel::stop);
    connect(m_tryFixes, &QPushButton::clicked, this, &TrainingPanel::tryFixesWanted);
}

TrainingOptions TrainingPanel::options() const
{
    return {static_cast<Optimizer>(m_optimizer->currentData().toInt()), m_rate->value(),
            m_steps->value()};
}

void TrainingPanel::forget()
{
    ++m_question;
    m_halted.reset();
    m_loss->setSeries({}, m_steps->value());
    m_norms->setSeries({}, m_steps->value());
    m_table->setRowCount(0);
    m_table->hide();
    m_words->clear();
    setRunning(false);
}

void TrainingPanel::show(const Runs& runs)
{
    const Palette& palette = Palette::current();
    std::vector<SeriesPlot::Series> losses, norms;
    if (runs.before)
        losses.push_back(
            {tr("before"), lossesOf(*runs.before), palette.second, Curve::Line::Dashed});
    if (runs.now)
        losses.push_back({runs.before ? tr("with the fix") : tr("loss"), lossesOf(*runs.now),
                          palette.backward, Curve::Line::Solid});
    const QColor colours[]{palette.backward, palette.forward, palette.checked, palette.positive,
                           palette.lost};
    const auto addNorms = [&](const TrainingRun& run, bool isBefore) {
        size_t index = 0;
        for (auto& [layer, values] : normsByLayer(run))
            norms.push_back({isBefore ? tr("%1, before").arg(layer) : layer, std::move(values),
                             colours[index++ % std::size(colours)],
                             isBefore ? Curve::Line::Dashed : Curve::Line::Solid});
    };
    if (runs.before)
        addNorms(*runs.before, true);
    if (runs.now)
        addNorms(*runs.now, false);
    const auto steps = static_cast<int>((runs.now ? runs.now : runs.before)->options.steps);
    m_loss->setSeries(std::move(losses), steps);
    m_norms->setSeries(std::move(norms), steps);
    if (!runs.isDone)
        return;
    m_words->setText(wordsFor(runs));
    showTable(runs);
}

QString TrainingPanel::wordsFor(const Runs& runs) const
{
    const TrainingRun& run = *runs.now;
    QStringList words;
    if (run.steps.size() > 1)
        words << tr("Loss %1 → %2 in %3.")
                     .arg(numberText(run.steps.front().loss), numberText(run.steps.back().loss),
                          plural(static_cast<long long>(run.steps.size()) - 1, tr("1 step"),
                                 tr("%1 steps")));
    if (!run.steps.empty())
        words << tr("%1 of %2 moved.")
                     .arg(run.movedCount())
                     .arg(plural(static_cast<long long>(run.weights.size()), tr("1 weight"),
                                 tr("%1 weights")));
    if (runs.before && runs.before->steps.size() > 1)
        words << tr("Before: %1, %2 moved.")
                     .arg(numberText(runs.before->steps.back().loss))
                     .arg(runs.before->movedCount());
    if (run.error)
        words << QString::fromStdString(run.error->text());
    return words.join(QLatin1Char(' '));
}

void TrainingPanel::showTable(const Runs& runs)
{
    const TrainingRun& run = *runs.now;
    const bool hasBefore = runs.before && !runs.before->steps.empty();
    m_table->setHorizontalHeaderLabels({tr("Weight"), tr("Moved before"),
                                        hasBefore ? tr("Moved with the fix") : tr("Moved"),
                                        tr("Verdict")});
    m_table->setColumnHidden(1, !hasBefore);
    m_table->setColumnHidden(3, !hasBefore);
    m_table->setRowCount(static_cast<int>(run.weights.size()));
    for (size_t i = 0; i < run.weights.size(); ++i) {
        const bool before = hasMoved(runs.before.get(), i), now = hasMoved(&run, i);
        const QStringList cells{QString::fromStdString(run.weights[i].name),
                                hasBefore ? movedText(*runs.before, i) : QString(),
                                movedText(run, i),
                                now == before ? tr("as before")
                                : now         ? tr("woke up")
                                              : tr("went to sleep")};
        for (int column = 0; column < cells.size(); ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            item->setToolTip(cells[column]);
            m_table->setItem(static_cast<int>(i), column, item);
        }
    }
    showWhatFits();
}

}
