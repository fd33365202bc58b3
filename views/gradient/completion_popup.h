#pragma once

#include "engine/expressions/completion.h"

#include <QWidget>

namespace backstep {

/// Offers for the word being typed, below it: name and what it is; at its foot the signature and
/// the derivative of the marked one, or those of the call that is open. Takes no focus.
class CompletionPopup : public QWidget
{
    Q_OBJECT
public:
    explicit CompletionPopup(QWidget* parent);
    /// Without offers the tip stands alone; without both it hides. `below` is the word's place in
    /// the parent.
    void offer(const CompletionList& list, const std::optional<SignatureTip>& tip,
               const QRect& below);
    bool hasOffers() const { return isVisible() && !m_list.offers.empty(); }
    void move(int rows);
    const Completion& marked() const { return m_list.offers[static_cast<size_t>(m_marked)]; }
    int start() const { return m_list.start; }

signals:
    void taken();

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    int shownRows() const;
    QString footText() const;
    void fit(const QRect& below);

    CompletionList m_list;
    std::optional<SignatureTip> m_tip;
    int m_marked = 0, m_first = 0; ///< the row marked, the first one shown
};

}
