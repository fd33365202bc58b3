target_sources(BackstepViews PRIVATE
    style/badge.cpp
    style/fonts.cpp
    style/icons.cpp
    style/icons.qrc
    style/labels.cpp
    style/palette.cpp
    style/row_delegate.cpp
    style/segments.cpp
    style/style_sheet.cpp
    style/tab_order.cpp
    style/theme.cpp
    style/value_text.cpp
)
