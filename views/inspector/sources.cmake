target_sources(BackstepViews PRIVATE
    inspector/body_section.cpp
    inspector/check_line.cpp
    inspector/derivative_plot.cpp
    inspector/fix_option.cpp
    inspector/fix_section.cpp
    inspector/sharpness_row.cpp
    inspector/sharpness_slider.cpp
    inspector/inspector_panel.cpp
    inspector/op_facts.cpp
    inspector/state_card.cpp
    inspector/value_list.cpp
    inspector/value_row.cpp
    inspector/value_table.cpp
)
