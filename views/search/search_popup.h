#pragma once

#include "views/models/search_model.h"

#include <QFrame>
#include <QPointer>

class QLineEdit;
class QListView;

namespace backstep {

/// Looks for everything by name, over the window: type, go up and down, Return takes it, Esc goes
/// back to where the keys were.
class SearchPopup : public QFrame
{
    Q_OBJECT
public:
    explicit SearchPopup(QWidget* window);
    void open(std::vector<SearchEntry> entries);
    QLineEdit& edit() { return *m_edit; }
    QListView& list() { return *m_list; }
    const SearchModel& found() const { return *m_model; }

signals:
    void chosen(const backstep::SearchEntry& entry);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();
    void mark(int row);
    void take(const QModelIndex& index);
    void dismiss();
    bool takesKey(int key);

    QLineEdit* m_edit;
    QListView* m_list;
    SearchModel* m_model;
    QPointer<QWidget> m_before; ///< where the keys were
};

}
