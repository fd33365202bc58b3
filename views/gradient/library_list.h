#pragma once

#include <QWidget>

#include <functional>
#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;

namespace backstep {

class SharpnessSlider;

/// A row of a library of expressions.
struct LibraryRow {
    QString title, text; ///< the text as it goes into the editor
    QString toolTip;
    std::vector<double> curve; ///< from -2 to 2
    double share = -1;         ///< of the values seen that learn; negative where not known
    /// The text at a sharpness; null where the row has none.
    std::function<QString(double)> textAt = {};
    double sharpness = 0, least = 1, most = 1;
};

/// Expressions to choose from: a small plot, the formula, a share. One click, or Return, takes a
/// row; a filter by words stands above, the sharpness of the row that is taken below.
class LibraryList : public QWidget
{
    Q_OBJECT
public:
    LibraryList(const QString& title, const QString& remark, bool isOfGradients,
                QWidget* parent = nullptr);
    /// In place of rows: why there are none.
    void setAbsence(const QString& words);
    /// The text in the editor: its row is marked.
    void setCurrent(const QString& text);
    /// In a low panel: the rows alone.
    void setLow(bool isLow);
    QListWidget& rows() { return *m_rows; }
    QLineEdit& filter() { return *m_filter; }

signals:
    void chosen(const QString& text);
    /// The slider made another text of the row; keys stay with the slider.
    void sharpened(const QString& text);

protected:
    void setRows(std::vector<LibraryRow> rows);
    /// Below everything; hidden in a low panel.
    void addFoot(QWidget* foot);
    const QString& current() const { return m_current; }
    bool isMarked() const;
    /// Marks a row at a sharpness other than its first.
    void take(int row, double sharpness);
    /// As the slider stands.
    double sharpness() const;

private:
    void mark(int row, double sharpness);
    void applyFilter();
    void sharpen(double sharpness);

    std::vector<LibraryRow> m_library;
    QString m_current;
    QString m_sharpened; ///< what the slider made of the row that is marked
    int m_taken = -1;    ///< the row that the text is of
    QWidget* m_head;
    QLineEdit* m_filter;
    QListWidget* m_rows;
    QLabel* m_absence;
    SharpnessSlider* m_sharpness;
    QList<QWidget*> m_feet;
};

}
