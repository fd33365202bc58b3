#include "views/diagnostics/explain_dialog.h"

#include "engine/checks/locate.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/fonts.h"
#include "views/style/labels.h"
#include "views/style/row_delegate.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace backstep {

namespace {

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

}

ExplainDialog::ExplainDialog(const SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QDialog(parent), m_bridge(bridge), m_selection(selection), m_text(new QPlainTextEdit(this)),
      m_list(new QListWidget(this)), m_detail(new QLabel(this)),
      m_show(new QPushButton(tr("Show in the graph"), this))
{
    setWindowTitle(tr("Explain an error"));
    resize(720, 560);
    auto* title = new QLabel(tr("What does this error mean?"), this);
    title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    auto* hint = quietLabel(tr("Paste a Python traceback or a warning, best with all its lines."),
                            "second", this);
    m_text->setFont(monoFont(12));
    m_text->setAccessibleName(tr("Traceback"));
    m_text->setTabChangesFocus(true);
    m_text->setPlaceholderText(tr("LookupError: gradient registry has no entry for: TruncateMod"));
    m_list->setItemDelegate(new RowDelegate(RowDelegate::Form::Tree, 26, m_list));
    m_list->setAccessibleName(tr("Causes, the likeliest first"));
    m_show->setObjectName(QStringLiteral("showPlace"));
    m_detail->setObjectName(QStringLiteral("detail"));
    m_detail->setWordWrap(true);
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_detail->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_show, QDialogButtonBox::ActionRole);
    styled(m_show, "primary");

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    column->addWidget(title);
    column->addWidget(hint);
    column->addWidget(m_text, 2);
    column->addWidget(m_list);
    column->addWidget(m_detail, 1);
    column->addWidget(buttons);

    connect(m_text, &QPlainTextEdit::textChanged, this, &ExplainDialog::explain);
    connect(m_list, &QListWidget::currentRowChanged, this, &ExplainDialog::showCause);
    connect(m_show, &QPushButton::clicked, this, [this] {
        m_selection.selectOp(m_place);
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_text->setFocus();
    explain();
}

void ExplainDialog::setTraceback(const QString& text)
{
    m_text->setPlainText(text);
}

void ExplainDialog::explain()
{
    const QString text = m_text->toPlainText();
    m_causes = causesOf(text.toStdString());
    m_list->clear();
    for (const TracebackCause& cause : m_causes) {
        auto* item = new QListWidgetItem(textOf(cause.pattern->kind->title), m_list);
        item->setData(DetailRole, cause.pattern->framework
                                      ? textOf(nameOf(*cause.pattern->framework))
                                      : QStringLiteral("ONNX"));
    }
    constexpr int kShown = 4;
    m_list->setFixedHeight(26 * std::clamp(m_list->count(), 1, kShown) + 4);
    m_list->setCurrentRow(m_causes.empty() ? -1 : 0);
    if (m_causes.empty())
        showCause(-1);
}

void ExplainDialog::showCause(int row)
{
    m_show->setEnabled(false);
    if (row < 0 || row >= static_cast<int>(m_causes.size())) {
        m_detail->setText(m_text->toPlainText().trimmed().isEmpty()
                              ? QString()
                              : tr("I don't know this one. Paste the whole traceback, with its "
                                   "last lines."));
        return;
    }
    const TracebackCause& cause = m_causes[static_cast<size_t>(row)];
    const DiagnosticKind& kind = *cause.pattern->kind;
    QStringList lines{textOf(kind.what) + QLatin1Char(' ') + textOf(kind.why)};
    for (const std::string_view clue : cause.clues)
        lines << tr("Speaks for it: %1.").arg(textOf(clue));
    lines << tr("Versions: %1.").arg(textOf(cause.pattern->versions));
    lines << tr("What to change: %1").arg(textOf(kind.remedy));
    m_place = placeOf(cause);
    if (m_place.node != kNoNode) {
        lines << tr("In this model: %1").arg(opText(*m_bridge.snapshot()->program, m_place));
        m_show->setEnabled(true);
    }
    m_detail->setText(lines.join(QLatin1Char('\n')));
}

OpAddress ExplainDialog::placeOf(const TracebackCause& cause) const
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (!snapshot.program)
        return {kNoNode, {}};
    const std::vector<NodeId> places = opsNamedBy(cause, *snapshot.program);
    if (places.empty())
        return {kNoNode, {}};
    OpAddress place{places.front(), {}};
    const int depth = snapshot.program->depth(snapshot.program->node(place.node).region);
    for (int level = 0; level < depth; ++level)
        place.at = place.at.then(0);
    return place;
}

}
