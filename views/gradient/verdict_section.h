#pragma once

#include "engine/session/gradient_verdicts.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace backstep {

class BadgeChips;
class SectionHead;

/// What the check says of the gradient: badges for correctness, live share and linearity, and a
/// sentence with the numbers.
class VerdictSection : public QWidget
{
    Q_OBJECT
public:
    explicit VerdictSection(QWidget* parent = nullptr);
    /// Nothing is known of this text; `words` say what to do.
    void setUnchecked(const QString& words);
    void setVerdict(const JudgedGradient& given);
    /// In place of the sentence: what the user is asked.
    void ask(const QString& question);
    QString words() const;

signals:
    void exactWanted();

private:
    SectionHead* m_head;
    BadgeChips* m_chips;
    QLabel* m_sentence;
    QLabel* m_question;
    QPushButton* m_exact;
};

}
