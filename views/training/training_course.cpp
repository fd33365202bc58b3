// How a course of training is started, halted and continued.

#include "engine/session/fixes.h"
#include "views/models/session_bridge.h"
#include "views/training/training_panel.h"

#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

#include <chrono>
#include <utility>

namespace backstep {

void TrainingPanel::setRunning(bool isRunning)
{
    m_run->setEnabled(!isRunning && m_bridge.hasDocument());
    m_pause->setEnabled(isRunning || m_halted);
    m_pause->setText(m_halted ? tr("Continue") : tr("Pause"));
    m_stop->setEnabled(isRunning || m_halted);
}

void TrainingPanel::start()
{
    const bool isRunning = m_stop->isEnabled() && !m_halted;
    if (!m_bridge.hasDocument() || isRunning)
        return;
    ++m_question;
    go(nullptr);
}

void TrainingPanel::pauseOrContinue()
{
    if (m_halted)
        return go(std::exchange(m_halted, nullptr));
    m_isPausing = true;
    m_halting.request_stop();
}

/// What is there stays; a course that was halted is not continued.
void TrainingPanel::stop()
{
    if (m_halted) {
        m_halted.reset();
        setRunning(false);
    } else {
        m_halting.request_stop();
    }
}

/// Null: a course of the document as it is, and one without its fixes where it has some.
void TrainingPanel::go(std::shared_ptr<Courses> courses)
{
    m_halted.reset();
    m_isPausing = false;
    m_halting = std::stop_source();
    setRunning(true);
    m_words->setText(tr("Training…"));
    const QPointer<QObject> self(this);
    struct Answer {
        Runs runs;
        std::shared_ptr<Courses> courses;
    };
    m_bridge.ask<Answer>(
        QStringLiteral("training"), this,
        [this, self, halting = m_halting, question = m_question, given = std::move(courses),
         options = options(), seed = static_cast<uint32_t>(m_seed->value())](DebugSession& session,
                                                                             std::stop_token stop) {
            const std::shared_ptr<Courses> going =
                given ? given : coursesOf(*session.snapshot()->document, options, seed);
            // Esc stops what the session does; the buttons stop this course.
            const std::stop_callback link(stop, [halting]() mutable { halting.request_stop(); });
            using Clock = std::chrono::steady_clock;
            Clock::time_point toldAt = Clock::now();
            Answer answer{{}, going};
            const auto proceed = [&](Training& training, std::shared_ptr<const TrainingRun>& into) {
                training.proceed(halting.get_token(), [&](const TrainingRun& sofar) {
                    if (Clock::now() - toldAt < std::chrono::milliseconds(40))
                        return;
                    toldAt = Clock::now();
                    into = std::make_shared<const TrainingRun>(sofar);
                    m_bridge.tellProgress(tr("Training"), double(sofar.steps.size()) /
                                                              double(sofar.options.steps + 1));
                    m_bridge.deliver(self, [this, runs = answer.runs, question] {
                        if (question == m_question)
                            show(runs);
                    });
                });
                into = std::make_shared<const TrainingRun>(training.run());
            };
            if (going->before)
                proceed(*going->before, answer.runs.before);
            proceed(*going->now, answer.runs.now);
            answer.runs.isDone = true;
            m_bridge.tellProgress({}, 1);
            return answer;
        },
        [this, question = m_question](const Answer& answer) {
            if (question != m_question)
                return;
            const bool isHalted =
                std::exchange(m_isPausing, false) && !answer.courses->now->isFinished();
            m_halted = isHalted ? answer.courses : nullptr;
            setRunning(false);
            show(answer.runs);
            if (isHalted)
                m_words->setText(tr("Paused. ") + m_words->text());
        });
}

std::shared_ptr<TrainingPanel::Courses>
TrainingPanel::coursesOf(Document document, const TrainingOptions& options, uint32_t seed)
{
    document.inputs.seed = seed;
    auto courses = std::make_shared<Courses>();
    const bool isFixed = !document.gradients.empty() || !document.forwards.empty();
    if (const Result<Document> plain = withoutFixes(document); isFixed && plain)
        courses->before = std::make_unique<Training>(*plain, options);
    courses->now = std::make_unique<Training>(document, options);
    return courses;
}

}
