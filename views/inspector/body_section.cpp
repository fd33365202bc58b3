#include "views/inspector/body_section.h"

#include "views/models/session_bridge.h"
#include "views/style/fonts.h"
#include "views/style/labels.h"
#include "views/style/value_text.h"

#include <QGridLayout>
#include <QVBoxLayout>

namespace backstep {

BodySection::BodySection(SessionBridge& bridge, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_head(new SectionHead({}, this)), m_lines(new QGridLayout)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_head);
    column->addLayout(m_lines);
    m_lines->setColumnStretch(0, 1);
    m_lines->setVerticalSpacing(4);
    connect(&bridge, &SessionBridge::bodyReady, this, &BodySection::take);
    connect(&bridge, &SessionBridge::passMoved, this, &BodySection::ask);
    hide();
}

void BodySection::setOp(const OpAddress& address)
{
    m_address = {};
    const auto& program = m_bridge.snapshot()->program;
    if (program && address.node != kNoNode && program->has(address.node))
        m_address = {nodeWithBody(*program, address.node), address.at};
    ask();
}

void BodySection::ask()
{
    if (m_bridge.pass().isRunning)
        return; // there is no answer before the run is over
    m_asked = 0;
    const auto& program = m_bridge.snapshot()->program;
    const bool isThere = program && m_address.node != kNoNode && program->has(m_address.node);
    if (!isThere)
        hide();
    else
        m_asked = m_bridge.requestBody(m_address);
}

void BodySection::take(quint64 ticket, const std::shared_ptr<const BodySnapshot>& body)
{
    if (ticket != m_asked)
        return;
    while (QLayoutItem* item = m_lines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const QString op = QString::fromStdString(body->op);
    m_head->setTitle(tr("Inside %1").arg(op));
    m_head->setRemark(tr("computed when looked at"));
    int line = 0;
    for (const BodyStep& step : body->steps) {
        auto* text =
            new ElidedLabel(QStringLiteral("%1 = %2").arg(QString::fromStdString(step.name),
                                                          QString::fromStdString(step.text)),
                            this);
        text->setFont(monoFont(12));
        const bool isThere = !step.value.tensor.isNull();
        auto* range = quietLabel(isThere ? rangeText(step.value.minimum, step.value.maximum)
                                         : tr("not executed yet"),
                                 "second", this);
        range->setFont(monoFont(11));
        m_lines->addWidget(text, line, 0);
        m_lines->addWidget(range, line, 1, Qt::AlignRight);
        ++line;
    }
    setVisible(!body->steps.empty());
}

}
