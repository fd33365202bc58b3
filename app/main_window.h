#pragma once

#include "views/models/session_bridge.h"
#include "views/style/theme.h"

#include <QMainWindow>

class QAction;
class QStackedWidget;
class QToolBar;
class QToolButton;

namespace backstep {

class Actions;
class BreadcrumbBar;
class CanvasPage;
class GradcheckPanel;
class InspectorPanel;
class MessageBar;
class ModelPanel;
class OpEditor;
class ProblemsPanel;
class SearchPopup;
struct SearchEntry;
class Selection;
class StatusLine;
class TrainingPanel;
class WelcomePage;
class WindowDocks;

/// The window: puts the views around one session and one selection, and turns actions into
/// requests.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    void openFile(const QString& path);
    void openExample(const QString& name);
    SessionBridge& bridge() { return *m_bridge; }
    Selection& selection() { return *m_selection; }
    const Actions& actions() const { return *m_actions; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeViews();
    void makeMenus();
    void makeToolBars();
    void connectActions();
    void connectViews();

    // main_window_files.cpp
    void askForFile();
    void askForText();
    void saveDocument();
    void saveDocumentAs();
    /// Asks what to do with changes; false when the user wants to stay.
    bool mayLeaveDocument();
    void leaveAfterSaving();

    void showWelcome();
    void showDocument();
    void documentOpened();
    void documentChanged();
    void followRenumbered();
    void passMoved();
    void updateActions();
    void updateProfile();
    void updatePlace();
    void updateTitle();
    void applyTheme(ThemeMode mode);
    void selectNeighbourTimestep(int step);
    void editGradient(NodeId node, const QString& text);
    void editForward(NodeId node);
    void checkAll();
    void train();
    void tryFixes();
    // main_window_search.cpp
    std::vector<QAction*> commands() const;
    void openSearch();
    void takeFound(const SearchEntry& found);
    void cancelOrDismiss();
    void backToGraph();

    SessionBridge* m_bridge;
    Selection* m_selection;
    Actions* m_actions;
    QStackedWidget* m_pages = nullptr;
    MessageBar* m_message = nullptr;
    WelcomePage* m_welcome = nullptr;
    CanvasPage* m_canvas = nullptr;
    ModelPanel* m_model = nullptr;
    InspectorPanel* m_inspector = nullptr;
    ProblemsPanel* m_problems = nullptr;
    OpEditor* m_editor = nullptr;
    GradcheckPanel* m_gradcheck = nullptr;
    TrainingPanel* m_training = nullptr;
    WindowDocks* m_docks = nullptr;
    SearchPopup* m_search = nullptr;
    StatusLine* m_status = nullptr;
    BreadcrumbBar* m_breadcrumb = nullptr;
    QToolBar* m_toolBar = nullptr;
    QToolBar* m_placeBar = nullptr;
    QToolButton* m_profile = nullptr;
    std::string m_selectedName;        ///< an import anew gives its ops other ids
    NodeId m_selectedPrimal = kNoNode; ///< still known when an edit has removed a backward op
    bool m_hasFittedDocks = false;     ///< else when the first document is shown
    bool m_isLeaving = false;          ///< closes as soon as the document is saved
};

}
