from django.urls import path

from live.logged import records
from live.pages import HistoryView, RestorationView, TrashView, UndoView, ViewersView

app_name = "live"
urlpatterns = [
    path("changes/<str:change_set>/undo/", UndoView.as_view(), name="undo"),
    path("trash/", TrashView.as_view(), name="trash"),
    path("trash/<int:seq>/restoration/", RestorationView.as_view(), name="restoration"),
    *(
        path(f"{model.plural}/<str:pk>/history/", HistoryView.as_view(record_model=model), name=f"{model_name}-history")
        for model_name, model in records().items()
    ),
    *(
        path(f"{model.plural}/<str:pk>/viewers/", ViewersView.as_view(record_model=model), name=f"{model_name}-viewers")
        for model_name, model in records().items()
    ),
]
