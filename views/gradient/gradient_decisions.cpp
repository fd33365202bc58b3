// From a checked text to an attached gradient: the three answers to one that differs.

#include "engine/base/date.h"
#include "engine/base/text.h"
#include "engine/diagnostics/surrogates.h"
#include "views/gradient/expression_edit.h"
#include "views/gradient/gradient_editor.h"
#include "views/models/gradient_bench.h"
#include "views/models/gradient_targets.h"
#include "views/models/session_bridge.h"

#include <QLineEdit>
#include <QPushButton>

namespace backstep {

void GradientEditor::check()
{
    if (!isThere() || edit().toPlainText().trimmed().isEmpty())
        return;
    m_bench->askVerdict(choice());
}

void GradientEditor::takeVerdict(const JudgedGradient& given)
{
    m_verdict = given.verdict.verdict;
    m_difference = given.verdict.fromDerivative.size;
    m_form->verdict().setVerdict(given);
    if (given.error)
        takeError(*given.error);
    const bool attaches = std::exchange(m_attachesWhenChecked, false);
    switch (*m_verdict) {
    case Verdict::Invalid:
        edit().setFocus();
        break;
    case Verdict::Differs:
        m_isAsked = true;
        m_form->verdict().ask(
            given.verdict.isFlat
                ? tr("Keep it? Return in the reason keeps it as a surrogate.")
                : tr("Keep yours on purpose? Return in the reason keeps it as a surrogate; or edit "
                     "it, or use the exact gradient."));
        m_form->reason().setFocus();
        break;
    case Verdict::Exact:
    case Verdict::Surrogate:
    case Verdict::Cut:
    case Verdict::Unverifiable:
        if (attaches)
            attachNow(*m_verdict == Verdict::Surrogate);
        else
            m_form->attachButton().setFocus();
        break;
    }
}

void GradientEditor::attach()
{
    if (!isThere() || edit().toPlainText().trimmed().isEmpty())
        return;
    if (!m_verdict) {
        m_attachesWhenChecked = true;
        return check();
    }
    if (*m_verdict == Verdict::Invalid)
        return edit().setFocus();
    attachNow(m_isAsked || *m_verdict == Verdict::Surrogate);
}

void GradientEditor::attachNow(bool isAccepted)
{
    GradientChoice attached = choice();
    if (isAccepted) {
        attached.acceptedOn = today();
        attached.acceptedDifference = m_difference;
    } else {
        attached.reason.clear(); // nothing had to be accepted
    }
    m_cleanText = edit().toPlainText();
    edit().forgetTyping();
    m_bridge.attach(attached);
    emit done();
}

/// The text of the derivative where the table knows it; without one, no gradient of its own.
void GradientEditor::useExact()
{
    const std::string function = lowered(m_bridge.snapshot()->program->node(m_node).op.type);
    for (const KnownGradient& known : knownGradients())
        if (known.function == function) {
            edit().replaceText(QString::fromUtf8(known.gradient.data()));
            return check();
        }
    if (const GradientChoice* attached = attachedTo(*m_bridge.snapshot(), m_node))
        m_bridge.removeGradient(attached->target);
    emit done();
}

}
