#pragma once

#include "engine/session/gradient_effect.h"

#include <QWidget>

class QListWidget;

namespace backstep {

class SectionHead;

/// "With this gradient": the weights, the status of each before and after, and the norm of its
/// gradient as a bar.
class EffectList : public QWidget
{
    Q_OBJECT
public:
    explicit EffectList(QWidget* parent = nullptr);
    /// In place of "With this gradient".
    void setTitle(const QString& title);
    void setEffect(const GradientEffect& effect, bool isAttached);
    /// In place of an effect: why there is none yet.
    void setWaiting(const QString& words);
    QListWidget& rows() { return *m_rows; }

private:
    void rebuild();

    GradientEffect m_effect;
    bool m_isAttached = false;
    SectionHead* m_head;
    QListWidget* m_rows;
};

}
