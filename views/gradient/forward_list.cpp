#include "views/gradient/forward_list.h"

#include "engine/checks/soft_fixes.h"

namespace backstep {

namespace {

QString asText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

LibraryRow rowOf(const SoftForwardLook& look, std::shared_ptr<const ForwardSubject> subject)
{
    const SoftForward& forward = *look.row;
    LibraryRow row;
    row.title = asText(forward.title);
    row.text = QString::fromStdString(look.text);
    row.toolTip =
        ForwardList::tr("%1 (%2)\nSource: %3")
            .arg(asText(forward.use), asText(wordsOf(forward.kind)), asText(forward.source));
    row.curve = look.values;
    if (forward.sharpness > 0) {
        row.textAt = [subject, &forward](double k) {
            const Result<ForwardChoice> choice =
                softForward(*subject->graph, subject->op(), forward, k);
            return choice ? QString::fromStdString(choice->text) : QString();
        };
        row.sharpness = forward.sharpness;
        row.least = forward.least;
        row.most = forward.most;
    }
    return row;
}

}

ForwardList::ForwardList(QWidget* parent)
    : LibraryList(tr("In its place"), tr("smooth forms"), false, parent)
{}

void ForwardList::setLook(std::shared_ptr<const ForwardSubject> subject)
{
    m_subject = std::move(subject);
    std::vector<LibraryRow> rows;
    if (m_subject)
        for (const SoftForwardLook& look : m_subject->library)
            rows.push_back(rowOf(look, m_subject));
    setAbsence(m_subject && rows.empty()
                   ? tr("The library has no form for this op. Type what it computes.")
                   : QString());
    setRows(std::move(rows));
    if (!m_subject || !m_subject->given)
        return;
    for (size_t i = 0; i < m_subject->library.size(); ++i)
        if (m_subject->library[i].row->id == m_subject->given->soft)
            take(static_cast<int>(i), m_subject->given->sharpness);
}

std::optional<ForwardChoice> ForwardList::choiceOf(const QString& text) const
{
    if (!m_subject)
        return std::nullopt;
    if (m_subject->given && QString::fromStdString(m_subject->given->text) == text)
        return m_subject->given;
    for (const SoftForwardLook& look : m_subject->library) {
        const double k = look.row->sharpness > 0 ? sharpness() : 0;
        const Result<ForwardChoice> choice =
            softForward(*m_subject->graph, m_subject->op(), *look.row, k);
        if (choice && QString::fromStdString(choice->text) == text.trimmed())
            return *choice;
    }
    return std::nullopt;
}

}
