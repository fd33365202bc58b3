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
    m_signCard = new LessonCard({LessonCard::Drawing::ZeroInTheMiddle, tr("Loss won't fall: sign"),
                                 tr("An LSTM behind sign never learns. See where the gradient "
                                    "turns to zeros, attach a surrogate, and see the weights "
                                    "come alive."),
                                 tr("zero at 5 timesteps"), tr("Start  ↵")},
                                left);
    connect(m_signCard, &LessonCard::clicked, this,
            [this] { emit exampleChosen(QStringLiteral("sign")); });
    auto* textCard = new LessonCard({LessonCard::Drawing::TextToModel,
                                     tr("Build a model from text"),
                                     tr("Write an input, some layers and a loss in one line, and "
                                        "look at its gradients before there is any file."),
                                     {},
                                     tr("Build")},
                                    left);
    connect(textCard, &LessonCard::clicked, this, &WelcomePage::newWanted);

    auto* head = new QLabel(tr("Start here"), left);
    head->setStyleSheet(QStringLiteral("font-size: 15px; font-weight: 600;"));
    auto* headRow = new QHBoxLayout;
    headRow->addWidget(head);
    headRow->addStretch();
    headRow->addWidget(quietLabel(tr("about 2 minutes, data included"), "second", left));
    auto* cards = new QHBoxLayout;
    cards->setSpacing(16);
    cards->addWidget(m_signCard);
    cards->addWidget(textCard);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(headRow);
    column->addLayout(cards);
    const std::pair<QString, QString> more[] = {
        {QStringLiteral("words"),
         tr("Text into an LSTM: wrong type and wrong rank, mended with ids "
            "and an Embedding")},
        {QStringLiteral("custom"), tr("Custom gradient: lost on export, given again, proved not to "
                                      "be the derivative")},
    };
    for (const auto& [name, title] : more) {
        auto* row = rowButton(QStringLiteral("curve"), title, left);
        connect(row, &QPushButton::clicked, this,
                [this, name = name] { emit exampleChosen(name); });
        column->addWidget(row);
    }
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
    m_signCard->setFocus(Qt::OtherFocusReason);
}

}
