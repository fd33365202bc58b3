#pragma once

#include "engine/session/gradient_looks.h"
#include "views/gradient/library_list.h"

class QPushButton;

namespace backstep {

/// The library of surrogates for an op, with the user's own gradients below, and the share of the
/// values seen that get a gradient.
class SurrogateList : public LibraryList
{
    Q_OBJECT
public:
    explicit SurrogateList(QWidget* parent = nullptr);
    void setLook(const GradientSubject& look);
    /// The gradient in the editor: its row is marked, or it may be kept as the user's own.
    void setCurrentGradient(const QString& gradient, bool isSound);

private:
    void rebuild();
    void keepCurrent();

    std::vector<SurrogateLook> m_looks;
    QPushButton* m_keep;
};

}
