#pragma once

#include "engine/graph/address.h"
#include "engine/session/helper_body.h"

#include <QWidget>

#include <memory>

class QGridLayout;

namespace backstep {

class SectionHead;
class SessionBridge;

/// What a helper op (TanhGrad, MSE, ...) is made of: one line an inner op, with the range of its
/// values, computed when looked at.
class BodySection : public QWidget
{
    Q_OBJECT
public:
    explicit BodySection(SessionBridge& bridge, QWidget* parent = nullptr);
    /// Hides itself for an op without a body.
    void setOp(const OpAddress& address);

private:
    void ask();
    void take(quint64 ticket, const std::shared_ptr<const BodySnapshot>& body);

    SessionBridge& m_bridge;
    SectionHead* m_head;
    QGridLayout* m_lines;
    OpAddress m_address;
    quint64 m_asked = 0;
};

}
