#include "app/status_line.h"

#include "views/style/labels.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>

namespace backstep {

/// Filled while something can go on, a ring while it runs.
class StatusLine::Dot : public QWidget
{
public:
    explicit Dot(QWidget* parent) : QWidget(parent) { setFixedSize(10, 10); }
    void setState(bool isRunning, bool isFailed)
    {
        m_isRunning = isRunning;
        m_isFailed = isFailed;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Palette& palette = Palette::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor colour = m_isFailed ? palette.failed : palette.accent;
        painter.setPen(QPen(colour, 2));
        painter.setBrush(m_isRunning ? QBrush(Qt::NoBrush) : QBrush(colour));
        painter.drawEllipse(QRectF(2, 2, 6, 6));
    }

private:
    bool m_isRunning = false, m_isFailed = false;
};

namespace {

QLabel* detail(QHBoxLayout* row, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("quiet", true);
    row->addWidget(label);
    return label;
}

QWidget* partingLine(QHBoxLayout* row, QWidget* parent)
{
    auto* line = new QFrame(parent);
    line->setProperty("line", true);
    line->setFixedSize(1, 12);
    row->addWidget(line);
    return line;
}

}

StatusLine::StatusLine(QWidget* parent)
    : QWidget(parent), m_dot(new Dot(this)), m_message(new ElidedLabel({}, this)),
      m_busy(new QWidget(this)), m_busyTitle(quietLabel({}, "second", m_busy)),
      m_bar(new QProgressBar(m_busy))
{
    m_message->setAccessibleName(tr("State of the pass"));
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(120);
    m_bar->setRange(0, 100);
    m_bar->setAccessibleName(tr("Progress"));
    auto* busyRow = new QHBoxLayout(m_busy);
    busyRow->setContentsMargins(0, 0, 0, 0);
    busyRow->addWidget(m_busyTitle);
    busyRow->addWidget(m_bar);
    busyRow->addWidget(quietLabel(tr("Esc cancels"), "second", m_busy));
    m_busy->hide();

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(8);
    row->addWidget(m_dot);
    row->addWidget(m_message, 1);
    row->addWidget(m_busy);
    row->setSpacing(12);
    m_step = detail(row, this);
    m_lines[0] = partingLine(row, this);
    m_loss = detail(row, this);
    m_lines[1] = partingLine(row, this);
    m_profile = detail(row, this);
    showWelcome();
}

void StatusLine::setDetails(const QString& step, const QString& loss, const QString& profile)
{
    m_step->setText(step);
    m_loss->setText(loss);
    m_profile->setText(profile);
    for (QLabel* label : {m_step, m_loss, m_profile})
        label->setVisible(!label->text().isEmpty());
    // A thin line parts what stands side by side.
    m_lines[0]->setVisible(!step.isEmpty() && !loss.isEmpty());
    m_lines[1]->setVisible(!(step.isEmpty() && loss.isEmpty()) && !profile.isEmpty());
}

void StatusLine::showWelcome()
{
    m_dot->setState(false, false);
    m_message->setText(tr("Opening a model never runs code from it"));
    setDetails({}, {}, QStringLiteral("Backstep 0.1"));
}

void StatusLine::showPass(const Snapshot& snapshot, const PassState& pass)
{
    m_dot->setState(pass.isRunning, pass.reason == StopReason::Failed);
    const QString message = QString::fromStdString(pass.message);
    m_message->setText(message.isEmpty() ? tr("Ready: F5 runs forward, then backward") : message);
    QString step;
    if (snapshot.plan && pass.cursor > 0) {
        const Position turn = snapshot.plan->backwardStart();
        step = pass.cursor < turn
                   ? tr("forward step %1 of %2")
                         .arg(countText(static_cast<long long>(pass.cursor)),
                              countText(static_cast<long long>(turn)))
                   : tr("backward step %1 of %2")
                         .arg(countText(static_cast<long long>(pass.cursor - turn)),
                              countText(static_cast<long long>(snapshot.plan->size() - turn)));
    }
    setDetails(step, pass.loss ? tr("loss %1").arg(numberText(*pass.loss)) : QString(),
               tr("profile %1").arg(QString::fromStdString(nameOf(snapshot.document->profile))));
}

void StatusLine::showProgress(Work work, const QString& title, double fraction)
{
    m_work[work] = {title, fraction};
    m_busy->setVisible(isBusy());
    if (!isBusy())
        return;
    const Progress& shown = m_work[isBusy(Engine) ? Engine : Layout];
    m_busyTitle->setText(shown.title);
    m_bar->setRange(0, shown.fraction < 0 ? 0 : 100);
    m_bar->setValue(qRound(shown.fraction * 100));
}

QString StatusLine::message() const
{
    return m_message->text();
}

QString StatusLine::loss() const
{
    return m_loss->text();
}

void StatusLine::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_profile->setVisible(width() >= 900 && !m_profile->text().isEmpty());
    m_lines[1]->setVisible(m_profile->isVisibleTo(this) && !m_step->text().isEmpty());
}

}
