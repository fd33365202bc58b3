#pragma once

#include "engine/session/observer.h"

#include <QDialog>

class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QListWidget;

namespace backstep {

class SessionBridge;
struct TextPreview;

/// Builds a model from one line of text; the line is read again at each key.
class NewModelDialog : public QDialog
{
    Q_OBJECT
public:
    explicit NewModelDialog(SessionBridge& bridge, QWidget* parent = nullptr);
    QString text() const;
    /// Waits for what the text means where that is not known yet; a text with a mistake stays.
    void accept() override;

private:
    void check();
    void take(Ticket ticket, const TextPreview& preview);

    SessionBridge& m_bridge;
    enum class Reading : uint8_t { Pending, Good, Bad };
    Ticket m_asked = 0;
    Reading m_reading = Reading::Pending;
    bool m_isAccepting = false; ///< Return came before the answer
    QLineEdit* m_line;
    QLabel* m_caret;
    QLabel* m_message;
    QListWidget* m_layers;
    QDialogButtonBox* m_buttons;
};

}
