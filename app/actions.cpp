#include "app/actions.h"

#include "views/style/icons.h"

#include <QAction>
#include <QActionGroup>
#include <QMainWindow>

namespace backstep {

Actions::Actions(QMainWindow& window) : QObject(&window), m_window(window)
{
    makeFileActions();
    makeViewActions();
    makeRunActions();
    makeGradientActions();
}

QAction* Actions::add(const QString& text, const QString& shortcut, const QString& toolTip,
                      const QString& icon)
{
    auto* action = new QAction(text, this);
    if (!icon.isEmpty()) {
        action->setIcon(inkIcon(icon));
        action->setProperty("iconName", icon);
    }
    if (!shortcut.isEmpty()) {
        QList<QKeySequence> keys;
        for (const QString& key : shortcut.split(QLatin1Char('|')))
            keys << QKeySequence(key);
        action->setShortcuts(keys);
        action->setToolTip(QStringLiteral("%1 (%2)").arg(
            toolTip, keys.first().toString(QKeySequence::NativeText)));
    } else {
        action->setToolTip(toolTip);
    }
    action->setStatusTip(toolTip);
    m_window.addAction(action);
    m_all.push_back(action);
    return action;
}

void Actions::makeFileActions()
{
    open = add(tr("&Open…"), QStringLiteral("Ctrl+O"), tr("Open a model from a file"),
               QStringLiteral("open"));
    open->setIconText(tr("Open"));
    newModel = add(tr("&New from text…"), QStringLiteral("Ctrl+N"),
                   tr("Build a model from one line of text"), QStringLiteral("new"));
    newModel->setIconText(tr("New"));
    save = add(tr("&Save"), QStringLiteral("Ctrl+S"), tr("Save the model with its gradients"));
    saveAs = add(tr("Save &as…"), QStringLiteral("Ctrl+Shift+S"),
                 tr("Save the model with its gradients to another file"));
    welcome =
        add(tr("&Welcome page"), {}, tr("Go to the first page, or from there back to the model"));
    quit = add(tr("&Quit"), QStringLiteral("Ctrl+Q"), tr("Close the window"));
    m_all.push_back(nullptr);
    undo = add(tr("&Undo"), QStringLiteral("Ctrl+Z"), tr("Take back the last change"),
               QStringLiteral("undo"));
    redo = add(tr("&Redo"), QStringLiteral("Ctrl+Shift+Z"), tr("Make the change again"),
               QStringLiteral("redo"));
    m_all.push_back(nullptr);
}

void Actions::makeViewActions()
{
    wholeGraph = add(tr("Whole graph"), QStringLiteral("Home"), tr("Show the whole graph"));
    frameSelection =
        add(tr("Frame the selection"), QStringLiteral("F"), tr("Show what is selected"));
    zoomIn = add(tr("Zoom in"), QStringLiteral("+|="), tr("Draw the graph larger"));
    zoomOut = add(tr("Zoom out"), QStringLiteral("-"), tr("Draw the graph smaller"));
    zoomReset = add(tr("Actual size"), QStringLiteral("Ctrl+0"), tr("Draw the graph at 100 %"));
    cycleBands = add(tr("Forward, backward, both"), QStringLiteral("B"),
                     tr("Show the next choice of forward, backward and both"));
    timestepBefore = add(tr("Look at the timestep before"), QStringLiteral("["),
                         tr("Select the same op one timestep earlier"));
    timestepAfter = add(tr("Look at the timestep after"), QStringLiteral("]"),
                        tr("Select the same op one timestep later"));
    watch = add(tr("Watch this gradient"), QStringLiteral("P"),
                tr("Keep the gradient of what is selected in view"), QStringLiteral("plus"));
    auto* themes = new QActionGroup(this);
    themeSystem = add(tr("Theme of the system"), {}, tr("Light or dark as the system is"));
    themeLight = add(tr("Light theme"), {}, tr("Dark text on white"));
    themeDark = add(tr("Dark theme"), {}, tr("Light text on dark grey"));
    for (QAction* theme : {themeSystem, themeLight, themeDark}) {
        theme->setCheckable(true);
        themes->addAction(theme);
    }
    toggleTheme = add(tr("Switch light and dark"), {}, tr("Switch between light and dark"),
                      QStringLiteral("moon"));
    maximizePanel = add(tr("Panel over the whole window"), QStringLiteral("Ctrl+Shift+M"),
                        tr("Give the lower panel the whole window, or the graph its place again"));
    maximizePanel->setCheckable(true);
    resetLayout = add(tr("Reset layout"), {}, tr("Put all panels back to their places"));
    m_all.push_back(nullptr);
}

void Actions::makeRunActions()
{
    forward = add(tr("&Forward to the loss"), {}, tr("Run the forward pass to the loss"));
    forward->setIcon(inkIcon(QStringLiteral("forward"), Ink::Forward));
    forward->setIconText(tr("Forward"));
    proceed = add(tr("&Continue"), QStringLiteral("F5"),
                  tr("Run forward, then backward, to the next break"));
    proceed->setIcon(inkIcon(QStringLiteral("backward"), Ink::Backward));
    proceed->setIconText(tr("Backward"));
    pause = add(tr("&Pause"), QStringLiteral("F6"), tr("Stop the run where it is"),
                QStringLiteral("pause"));
    restart = add(tr("&Stop, back to the start"), QStringLiteral("Shift+F5"),
                  tr("Stop and put the pass back to its start"), QStringLiteral("stop"));
    over = add(tr("Step &over"), QStringLiteral("F10"), tr("Run the next op of this level"),
               QStringLiteral("over"));
    over->setIconText(tr("Over"));
    into = add(tr("Step &into"), QStringLiteral("F11"), tr("Run one op, into the cell"),
               QStringLiteral("into"));
    into->setIconText(tr("Into"));
    out = add(tr("Step o&ut"), QStringLiteral("Shift+F11"), tr("Run to behind the enclosing layer"),
              QStringLiteral("out"));
    out->setIconText(tr("Out"));
    back = add(tr("Step &back"), QStringLiteral("Shift+F10|Alt+F10"),
               tr("Go one op back; nothing runs again"), QStringLiteral("back"));
    back->setIconText(tr("Back"));
    toHere = add(tr("Run to &here"), QStringLiteral("Ctrl+F10"),
                 tr("Run, or go back, to the selected op"), QStringLiteral("to_here"));
    toHere->setIconText(tr("To here"));
    timestepBack = add(tr("One timestep back in the pass"), QStringLiteral("Ctrl+["),
                       tr("Go back to this op at the timestep that ran before"),
                       QStringLiteral("step_previous"));
    timestepOn =
        add(tr("One timestep on in the pass"), QStringLiteral("Ctrl+]"),
            tr("Run to this op at the timestep that runs next"), QStringLiteral("step_next"));
    m_steps = {forward, proceed, over, into, out, back, toHere, timestepBack, timestepOn};
    m_all.push_back(nullptr);
}

void Actions::makeGradientActions()
{
    editGradient = add(tr("&Gradient editor"), QStringLiteral("Ctrl+G"),
                       tr("Write a gradient for the selected op"));
    editForward = add(tr("Fo&rward editor"), QStringLiteral("Ctrl+Shift+G"),
                      tr("Write what the selected op computes"));
    checkAll = add(tr("Chec&k all gradients"), QStringLiteral("Ctrl+Shift+Return"),
                   tr("Compare the gradient of every op with differences, in float64"));
    exportCode = add(tr("E&xport as code…"), QStringLiteral("Ctrl+E"),
                     tr("Write the fix for Keras, PyTorch or JAX"));
    nextProblem = add(tr("&Next problem"), QStringLiteral("F8"), tr("Show the next problem"));
    previousProblem =
        add(tr("&Previous problem"), QStringLiteral("Shift+F8"), tr("Show the problem before"));
    explain = add(tr("&Explain an error…"), QStringLiteral("Ctrl+Shift+X"),
                  tr("Paste a Python traceback and read what it means"));
    compare = add(tr("&Compare frameworks…"), QStringLiteral("Ctrl+Shift+E"),
                  tr("What TensorFlow, PyTorch and JAX make of each op"));
    train = add(tr("&Train"), QStringLiteral("Ctrl+T"),
                tr("Train a few steps: does the loss fall, what moves?"), QStringLiteral("curve"));
    tryFixes = add(tr("Try &all fixes…"), QStringLiteral("Ctrl+Shift+T"),
                   tr("Train with each fix of the problem from the same start, and compare"));
    auto* profiles = new QActionGroup(this);
    asBackstep = add(tr("Backstep"), {}, tr("Findings by Backstep's own rules"));
    asTensorFlow = add(tr("TensorFlow (graph)"), {}, tr("Findings as in TensorFlow's fit"));
    asTensorFlowEager = add(tr("TensorFlow (eager)"), {}, tr("Findings as in eager TensorFlow"));
    asPyTorch = add(tr("PyTorch"), {}, tr("Findings as in PyTorch"));
    asJax = add(tr("JAX"), {}, tr("Findings as in JAX"));
    for (QAction* profile : this->profiles()) {
        profile->setCheckable(true);
        profiles->addAction(profile);
    }
    asBackstep->setChecked(true);
    m_all.push_back(nullptr);
    search =
        add(tr("&Search…"), QStringLiteral("Ctrl+K"),
            tr("Find ops, layers, weights, commands and help by name"), QStringLiteral("search"));
    keys = add(tr("&Keys"), QStringLiteral("F1"), tr("All keys of the window"),
               QStringLiteral("keyboard"));
    manual = add(tr("&Manual"), {}, tr("What each finding means, and what to do"),
                 QStringLiteral("book"));
    about = add(tr("&About Backstep"), {}, tr("Version of the program"));
}

}
