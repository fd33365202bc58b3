#pragma once

#include <QDialog>

namespace backstep {

class Actions;

/// All keys of the window with what they do, made from the actions themselves.
class KeysPage : public QDialog
{
    Q_OBJECT
public:
    explicit KeysPage(const Actions& actions, QWidget* parent = nullptr);
};

}
