#pragma once

#include "views/canvas/looks.h"
#include "views/canvas/progress.h"
#include "views/canvas/scene.h"

#include <memory>
#include <set>

namespace backstep {

/// A layer of a cell as one bar: what remains of it far out.
struct LayerBar {
    Rect rect; ///< forward band
    bool isCause = false;
    OpMark mark = OpMark::Plain;
    GradientLook look = GradientLook::Flows;
    int firstOp = 0;
};

/// All that a frame is drawn from.
struct CanvasState {
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<const Scene> scene;         ///< null: nothing laid out yet
    std::shared_ptr<const OpCheckMarks> checks; ///< null: nothing was checked
    std::vector<StripLooks> looks;              ///< by strip
    /// By strip and kind of its looks.
    std::vector<std::vector<std::vector<LayerBar>>> bars;
    std::vector<OpLook> outerLooks; ///< by outer box
    PassState pass;
    PassProgress progress;
    std::set<Flow> flows; ///< what gradient edges carry somewhere in the picture

    void adopt(std::shared_ptr<const Snapshot> newSnapshot, std::shared_ptr<const Scene> newScene);
    void setPass(const PassState& newPass);
    const OpLook& lookAt(const BoxRef& box) const;
};

}
