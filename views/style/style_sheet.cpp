#include "views/style/palette.h"
#include "views/style/theme.h"

#include <QPair>

namespace backstep {

namespace {

// Names after @ are colours of the palette. Properties of widgets choose variants: primary and link
// buttons, chrome bars, raised cards. Sizes are px at 100 % text size (4 px grid).
constexpr const char* kSheet = R"(
* { outline: none; }
QMainWindow, QDialog { background: @panel; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMainWindow::separator { background: @rule; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QToolTip { background: @raised; color: @text; border: 1px solid @controlBorder; padding: 4px 6px; }

QMenuBar { background: @chrome; padding: 1px 4px; max-height: 26px; }
QMenuBar::item { background: transparent; padding: 3px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: @rule; }
QMenu { background: @panel; border: 1px solid @controlBorder; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 10px; border-radius: 4px; }
QMenu::item:selected { background: @tint; color: @text; }
QMenu::item:disabled { color: @dimmed; }
QMenu::separator { height: 1px; background: @rule; margin: 4px 8px; }
QMenu::icon { padding-left: 6px; }

QToolBar { background: @chrome; border: none; spacing: 2px; padding: 0 8px; }
QToolBar#mainToolBar { border-bottom: 1px solid @rule; min-height: 37px; max-height: 37px; }
QToolBar#breadcrumbToolBar { background: @panel; border-bottom: 1px solid @rule; padding: 0;
    min-height: 29px; max-height: 29px; }
QToolBar::separator { background: @controlBorder; width: 1px; margin: 5px 6px; }
QToolBar QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px;
    padding: 4px 6px; min-height: 18px; }
QToolBar QToolButton:hover { background: @raised; border-color: @rule; }
QToolBar QToolButton:pressed { background: @tint; }
QToolBar QToolButton:checked { background: @panel; border-color: @controlBorder; }
QToolBar QToolButton:disabled { color: @dimmed; }
QToolBar QToolButton:focus { border: 2px solid @accent; padding: 3px 5px; }
QToolBar QToolButton[popupMode="2"] { padding-right: 24px; }
QToolBar QToolButton::menu-indicator { image: url(:/backstep/icons/chevron_down_@theme.svg);
    subcontrol-origin: padding; subcontrol-position: right center; right: 6px;
    width: 12px; height: 12px; }

QStatusBar { background: @chrome; border-top: 1px solid @rule; min-height: 23px; max-height: 23px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @text; font-size: 12px; }
QStatusBar QLabel[quiet="true"] { color: @second; }

QDockWidget { background: @panel; }
QDockWidget > QWidget { background: @panel; }
QMainWindow > QTabBar { background: @chrome; }
QMainWindow > QTabBar::tab { background: transparent; color: @second; padding: 7px 14px 8px 14px;
    border: none; border-top: 2px solid transparent; min-height: 15px; }
QMainWindow > QTabBar::tab:hover { color: @text; }
QMainWindow > QTabBar::tab:selected { background: @panel; color: @text; font-weight: 600;
    border-top: 2px solid @accent; border-left: 1px solid @rule; border-right: 1px solid @rule; }
QMainWindow > QTabBar::tab:selected:focus { border: 2px solid @accent; }

QPushButton { background: @panel; color: @text; border: 1px solid @controlBorder; border-radius: 6px;
    padding: 0 12px; min-height: 26px; font-weight: 500; }
QPushButton:hover { background: @raised; }
QPushButton:pressed { background: @tint; }
QPushButton:disabled { color: @dimmed; border-color: @rule; }
QPushButton:focus { border: 2px solid @accent; padding: 0 11px; min-height: 24px; }
QPushButton[primary="true"] { background: @accent; color: @onAccent; border-color: @accent;
    font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accentHover; }
QPushButton[primary="true"]:focus { border: 2px solid @text; }
QPushButton[primary="true"]:disabled { background: @rule; color: @dimmed; border-color: @rule; }
QPushButton[small="true"] { min-height: 22px; padding: 0 8px; font-size: 12px; }
QPushButton[small="true"]:focus { min-height: 20px; padding: 0 7px; }
QPushButton[large="true"] { min-height: 34px; padding: 0 16px; }
QPushButton[large="true"]:focus { min-height: 32px; padding: 0 15px; }
QPushButton[link="true"], QPushButton[row="true"] { background: transparent; border: none; padding: 0;
    min-height: 20px; text-align: left; }
QPushButton[link="true"] { color: @accent; font-weight: 600; }
QPushButton[row="true"] { min-height: 28px; padding: 0 4px; font-weight: 400; border-radius: 6px; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[row="true"]:hover { background: @raised; }
QPushButton[link="true"]:focus, QPushButton[row="true"]:focus { border: 2px solid @accent;
    border-radius: 4px; }
QPushButton[search="true"] { background: @panel; color: @second; border-color: @rule; min-height: 20px;
    max-height: 20px; padding: 0 10px; margin: 1px 8px 1px 0; font-weight: 400; font-size: 12px;
    text-align: left; }
QPushButton[search="true"]:hover { border-color: @controlBorder; }
QToolButton[flat="true"] { background: transparent; border: 1px solid transparent; border-radius: 4px;
    padding: 3px; }
QToolButton[flat="true"]:hover { background: @raised; }
QToolButton[flat="true"]:focus { border: 2px solid @accent; padding: 2px; }

QComboBox { background: @panel; border: 1px solid @controlBorder; border-radius: 6px;
    padding: 0 8px 0 10px; min-height: 26px; }
QComboBox:hover { background: @raised; }
QComboBox:focus { border: 2px solid @accent; padding: 0 7px 0 9px; min-height: 24px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/backstep/icons/chevron_down_@theme.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @controlBorder; padding: 4px;
    selection-background-color: @tint; selection-color: @text; }

QLineEdit, QPlainTextEdit { background: @panel; border: 1px solid @controlBorder; border-radius: 6px;
    padding: 3px 8px; selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit { min-height: 20px; }
QLineEdit:focus, QPlainTextEdit:focus { border: 2px solid @accent; padding: 2px 7px; }
QLineEdit:read-only { background: @raised; }

QRadioButton { spacing: 8px; min-height: 24px; }
QRadioButton::indicator { width: 12px; height: 12px; border: 1.5px solid @controlBorder;
    border-radius: 7px; background: @panel; }
QRadioButton::indicator:hover { border-color: @second; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4.5px solid @accent;
    border-radius: 7px; background: @onAccent; }
QRadioButton::indicator:disabled { border-color: @rule; }
QRadioButton:disabled { color: @dimmed; }

QAbstractItemView { background: @panel; border: none; selection-background-color: @tint;
    selection-color: @text; }
QTreeView { padding-left: 6px; }
QTreeView::branch { background: transparent; }
QHeaderView { background: @panel; border: none; }
QHeaderView::section { background: @panel; color: @second; border: none;
    border-bottom: 1px solid @rule; padding: 0 8px; font-size: 12px; font-weight: 500; }
QTableCornerButton::section { background: @panel; border: none; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @controlBorder; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @third; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { border: none; background: @panel; }
QScrollArea > QWidget > QWidget { background: @panel; }

QProgressBar { background: @rule; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QFrame[card="true"] { background: @panel; border: 1px solid @controlBorder; border-radius: 8px; }
QFrame[card="raised"] { background: @raised; border: 1px solid @rule; border-radius: 8px; }
QFrame[line="true"] { background: @rule; border: none; }
QLabel[tone="second"] { color: @second; font-size: 12px; }
QLabel[tone="third"] { color: @third; font-size: 12px; }
QLabel[tone="error"] { color: @text; font-size: 12px; }
QLabel[keycap="true"] { border: 1px solid @controlBorder; border-radius: 4px; padding: 1px 5px;
    font-size: 11px; background: @panel; }
)";

}

QString styleSheetText()
{
    const Palette& palette = Palette::current();
    QColor dimmed = palette.third;
    dimmed.setAlphaF(0.6F);
    // Longer names first where one is the beginning of another.
    const QPair<const char*, QColor> colours[] = {
        {"@accentHover", palette.isDark ? palette.accent.lighter(112) : palette.accent.darker(112)},
        {"@controlBorder", palette.controlBorder},
        {"@onAccent", palette.onAccent},
        {"@accent", palette.accent},
        {"@chrome", palette.chrome},
        {"@dimmed", dimmed},
        {"@panel", palette.panel},
        {"@raised", palette.raised},
        {"@rule", palette.rule},
        {"@second", palette.second},
        {"@third", palette.third},
        {"@text", palette.text},
        {"@tint", palette.tint},
    };
    QString sheet = QString::fromLatin1(kSheet);
    for (const auto& [name, colour] : colours)
        sheet.replace(QLatin1String(name), colour.alpha() == 255
                                               ? colour.name()
                                               : QStringLiteral("rgba(%1,%2,%3,%4)")
                                                     .arg(colour.red())
                                                     .arg(colour.green())
                                                     .arg(colour.blue())
                                                     .arg(colour.alpha()));
    return sheet.replace(QLatin1String("@theme"),
                         palette.isDark ? QLatin1String("dark") : QLatin1String("light"));
}

}
