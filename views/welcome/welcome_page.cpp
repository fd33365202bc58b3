#include "views/welcome/welcome_page.h"

#include "views/style/icons.h"
#include "views/style/labels.h"
#include "views/style/segments.h"
#include "views/welcome/lesson_card.h"
#include "views/welcome/recent_row.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace backstep {

namespace {

constexpr int kMostRecent = 5;

QPushButton* rowButton(const QString& icon, const QString& text, QWidget* parent)
{
    auto* button =
        styled(new QPushButton(inkIcon(icon), QStringLiteral("  ") + text, parent), "row");
    button->setAccessibleName(text);
    return button;
}

}

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Welcome"));
    auto* title = new QLabel(tr("Where does your gradient stop?"), this);
    title->setStyleSheet(QStringLiteral("font-size: 28px; font-weight: 600;"));
    auto* subtitle = new QLabel(tr("Open a recurrent model, see which ops lose the gradient and at "
                                   "which timestep, and repair them."),
                                this);
    subtitle->setStyleSheet(QStringLiteral("font-size: 15px;"));

    auto* columns = new QHBoxLayout;
    columns->setSpacing(40);
    columns->addWidget(makeLeft(), 784);
    columns->addWidget(makeRight(), 346);

    auto* content = new QWidget(this);
    content->setMaximumWidth(1280);
    auto* rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(8);
    rows->addWidget(title);
    rows->addWidget(subtitle);
    rows->addSpacing(22);
    rows->addLayout(columns);

    auto* centred = new QHBoxLayout;
    centred->addStretch(1);
    centred->addWidget(content, 100);
    centred->addStretch(1);
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(48, 24, 48, 24);
    page->addStretch(1);
    page->addLayout(centred);
    page->addStretch(2);
}

QWidget* WelcomePage::makeLeft()
{
    auto* left = new QWidget(this);
    const std::pair<QString, LessonCard::Content> lessons[] = {
        {QStringLiteral("sign"),
         {LessonCard::Drawing::ZeroInTheMiddle, tr("Loss won't fall: sign"),
          tr("An LSTM behind sign never learns. See the zeros, attach a surrogate, watch the "
             "weights move."),
          tr("zero at 5 timesteps"), tr("Start")}},
        {QStringLiteral("words"),
         {LessonCard::Drawing::TextAtTheStart, tr("Text into an LSTM"),
          tr("Text carries no gradient. Find the wrong type and rank, put ids and an Embedding "
             "before the LSTM."),
          tr("wrong type"), tr("Start")}},
        {QStringLiteral("custom"),
         {LessonCard::Drawing::LostInTheMiddle, tr("Custom gradient"),
          tr("Lost on export. Give exp(-x**2) again, see that it is not the derivative of tanh, "
             "keep one."),
          tr("lost on export"), tr("Start")}},
    };
    auto* cards = new QHBoxLayout;
    cards->setSpacing(16);
    for (const auto& [name, content] : lessons) {
        auto* card = new LessonCard(content, left);
        connect(card, &LessonCard::clicked, this,
                [this, name = name] { emit exampleChosen(name); });
        cards->addWidget(card);
        m_firstCard = m_firstCard ? m_firstCard : card;
    }

    auto* head = new QLabel(tr("Three lessons"), left);
    head->setStyleSheet(QStringLiteral("font-size: 15px; font-weight: 600;"));
    auto* headRow = new QHBoxLayout;
    headRow->addWidget(head);
    headRow->addStretch();
    headRow->addWidget(quietLabel(tr("about 2 minutes each, data included"), "second", left));
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(headRow);
    column->addLayout(cards);
    column->addSpacing(20);
    column->addWidget(makeKeys());
    column->addStretch();
    return left;
}

QWidget* WelcomePage::makeKeys()
{
    auto* strip = new QWidget(this);
    auto* row = new QHBoxLayout(strip);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(new IconLabel(QStringLiteral("keyboard"), 16, strip));
    const std::pair<QString, QString> keys[] = {
        {QStringLiteral("F5"), tr("run")},
        {QStringLiteral("F10"), tr("next op")},
        {QStringLiteral("F8"), tr("next problem")},
        {QStringLiteral("Ctrl+G"), tr("gradient editor")},
        {QStringLiteral("Ctrl+K"), tr("search")},
        {QStringLiteral("F1"), tr("all keys")},
    };
    for (const auto& [key, meaning] : keys) {
        row->addSpacing(8);
        row->addWidget(keyCap(key, strip));
        row->addWidget(quietLabel(meaning, "second", strip));
    }
    row->addStretch();
    return strip;
}

QWidget* WelcomePage::makeRight()
{
    auto* right = new QWidget(this);
    auto* open =
        styled(new QPushButton(
                   inkIcon(QStringLiteral("open")),
                   QStringLiteral("  ") + tr("Open a model…") + QStringLiteral("   Ctrl+O"), right),
               "large");
    open->setAccessibleName(tr("Open a model"));
    connect(open, &QPushButton::clicked, this, &WelcomePage::openWanted);
    m_recentTitle = new QLabel(tr("Recent"), right);
    m_recentTitle->setStyleSheet(QStringLiteral("font-size: 15px; font-weight: 600;"));
    m_recentColumn = new QVBoxLayout;
    m_recentColumn->setSpacing(2);
    auto* build = rowButton(QStringLiteral("plus"), tr("Build a model from text"), right);
    build->setToolTip(tr("An input, some layers and a loss in one line"));
    connect(build, &QPushButton::clicked, this, &WelcomePage::newWanted);
    auto* manual = rowButton(QStringLiteral("book"), tr("Manual"), right);
    connect(manual, &QPushButton::clicked, this, &WelcomePage::manualWanted);
    auto* keys = rowButton(QStringLiteral("keyboard"), tr("All keys"), right);
    connect(keys, &QPushButton::clicked, this, &WelcomePage::keysWanted);
    m_theme = new Segments({tr("System"), tr("Light"), tr("Dark")}, right);
    m_theme->setAccessibleName(tr("Theme"));
    connect(m_theme, &Segments::chosen, this,
            [this](int index) { emit themeChosen(static_cast<ThemeMode>(index)); });
    auto* themeRow = new QHBoxLayout;
    themeRow->addWidget(new QLabel(tr("Theme"), right));
    themeRow->addStretch();
    themeRow->addWidget(m_theme);

    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 28, 0, 0);
    column->setSpacing(8);
    column->addWidget(open);
    column->addWidget(quietLabel(tr(".onnx, or drop it here"), "second", right));
    column->addSpacing(16);
    column->addWidget(m_recentTitle);
    column->addLayout(m_recentColumn);
    column->addSpacing(12);
    column->addWidget(ruleLine(right));
    column->addSpacing(4);
    column->addWidget(manual);
    column->addWidget(build);
    column->addWidget(keys);
    column->addLayout(themeRow);
    column->addStretch();
    return right;
}

void WelcomePage::setRecent(const QStringList& paths)
{
    while (QLayoutItem* item = m_recentColumn->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString& path : paths.mid(0, kMostRecent)) {
        auto* row = new RecentRow(path, this);
        connect(row, &RecentRow::clicked, this, [this, path] { emit recentChosen(path); });
        m_recentColumn->addWidget(row);
    }
    if (paths.isEmpty())
        m_recentColumn->addWidget(
            quietLabel(tr("Files you open are listed here."), "second", this));
}

void WelcomePage::setTheme(ThemeMode mode)
{
    m_theme->setIndex(static_cast<int>(mode));
}

void WelcomePage::focusFirst()
{
    m_firstCard->setFocus(Qt::OtherFocusReason);
}

}
