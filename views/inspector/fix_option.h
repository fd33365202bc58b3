#pragma once

#include <QRadioButton>

#include <utility>

namespace backstep {

/// One remedy in a list: a radio button with its expression (or key) at the right, or below where
/// the remark is what one chooses by.
class FixOption : public QRadioButton
{
public:
    enum class Remark : uint8_t { Beside, Below };
    FixOption(const QString& title, const QString& remark, const QString& wholeRemark,
              Remark place = Remark::Beside, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {120, 24}; }

protected:
    void paintEvent(QPaintEvent*) override;
    bool hitButton(const QPoint& at) const override { return rect().contains(at); }

private:
    QString m_remark;
    Remark m_place;
};

/// The title of what is put before an op in two: "Cast ...", and what becomes of the types,
/// "int64 → float32", empty where it says nothing of them.
std::pair<QString, QString> titleParts(const QString& title);

}
