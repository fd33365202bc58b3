#pragma once

class QWidget;

namespace backstep {

/// Leads the Tab key through all that takes the focus below `root` in the order of its layouts,
/// which is the order in which one reads it; widgets made later come where they stand.
void tabInLayoutOrder(QWidget& root);

}
