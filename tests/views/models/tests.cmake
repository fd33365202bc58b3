backstep_test(views/models/tst_item_models.cpp Backstep::Views)
backstep_test(views/models/tst_session_bridge.cpp Backstep::Views)
backstep_test(views/models/tst_search_model.cpp Backstep::Views)
backstep_test(views/models/tst_watches.cpp Backstep::Views)
