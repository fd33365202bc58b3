#pragma once

#include "engine/session/forward_looks.h"
#include "views/gradient/library_list.h"

namespace backstep {

/// The library of forwards that may stand in an op's place.
class ForwardList : public LibraryList
{
    Q_OBJECT
public:
    explicit ForwardList(QWidget* parent = nullptr);
    /// Null: no op.
    void setLook(std::shared_ptr<const ForwardSubject> subject);
    /// The row and the sharpness of a text that is the library's word for word; null for others.
    std::optional<ForwardChoice> choiceOf(const QString& text) const;

private:
    std::shared_ptr<const ForwardSubject> m_subject;
};

}
