target_sources(BackstepEngine PRIVATE
    importers/model_text.cpp
    importers/layer_table.cpp
    importers/initial_weights.cpp
    importers/layer_builder.cpp
    importers/text_model.cpp
    importers/example_models.cpp
)
