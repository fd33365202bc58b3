#pragma once

#include "engine/autodiff/report.h"
#include "engine/checks/gradient_verdict.h"
#include "engine/diagnostics/finding.h"
#include "engine/session/model_gradcheck.h"
#include "engine/session/state_map.h"

#include <QColor>
#include <QRectF>
#include <QString>
#include <QWidget>

class QPainter;

namespace backstep {

struct Palette;

/// A state as letter, colour and word at once: none of them ever stands alone.
struct Badge {
    QString letter; ///< "" for no badge; "tick" is drawn as a stroke
    QColor colour;
    QString word;
    bool isTick = false;
    bool isEmpty() const { return letter.isEmpty() && !isTick; }
};

Badge badgeOfMark(OpMark mark);
Badge badgeOfWeight(Flow flow, bool isIncomplete = false);
Badge badgeOfSeverity(Severity severity);
Badge badgeOfVerdict(Verdict verdict);
Badge badgeOfCheck(CheckMark mark);
/// Fill and role colour of a card that explains a mark.
QColor fillOfMark(const Palette& palette, OpMark mark);
QColor roleOfMark(const Palette& palette, OpMark mark);

/// Draws a filled circle with the letter (or the tick) in black or white, whichever reads better.
void paintBadge(QPainter& painter, const QRectF& circle, const Badge& badge);

/// A badge as a widget of its own, 16 px.
class BadgeLabel : public QWidget
{
public:
    explicit BadgeLabel(QWidget* parent = nullptr);
    void setBadge(const Badge& badge);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    Badge m_badge;
};

}
