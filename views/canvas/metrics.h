#pragma once

/// Sizes of the layer cells in canvas units (pixels at 100 %).
namespace backstep::metrics {

inline constexpr float kBoxHeight = 20, kBoxPadding = 6, kNarrowestBox = 36, kWidestText = 120;
inline constexpr float kRowPitch = 24;   ///< boxes one above the other
inline constexpr float kChainPitch = 29; ///< boxes joined by a vertical arrow
inline constexpr float kColumnGap = 16;
inline constexpr float kChipWidth = 18, kChipHeight = 16, kChipPitch = 22, kChipGap = 5;
inline constexpr float kPillHeight = 18;
inline constexpr float kFirstRow = 34;   ///< centre of the row next to the axis
inline constexpr float kFrameStart = 14; ///< frames begin here above the axis
inline constexpr float kFramePadding = 8, kFrameGap = 6, kCellMargin = 7;
inline constexpr float kFrameHead = 22; ///< from the last row's centre to the frame's top
inline constexpr float kLayerLine = 13; ///< the name in a frame has this line to itself
inline constexpr float kMarkRoom = 8;   ///< round a box: selection ring, badge
inline constexpr float kLayerText = 10.0f / 11.0f; ///< size of layer names beside node text
inline constexpr float kLaneStart = 8;             ///< first carry lane above the axis
inline constexpr float kLanePitch = 12;
inline constexpr float kSumLanePitch = 13;
inline constexpr float kPortSize = 5;

}
