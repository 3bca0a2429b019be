from django.urls import path

from pipeline.board_pages import BoardView, CardsView, ColumnView, QuickAddView
from pipeline.moves import ForecastView, StageView
from pipeline.pages import DealPages

app_name = "pipeline"
urlpatterns = [
    path("pipeline/", BoardView.as_view(), name="board"),
    path("pipeline/<slug:slug>/", ColumnView.as_view(), name="column"),
    path("pipeline/<slug:slug>/deals/", QuickAddView.as_view(), name="column-deals"),
    path("deals/cards/", CardsView.as_view(), name="cards"),
    path("deals/<str:pk>/stage/", StageView.as_view(), name="deal-stage"),
    path("deals/<str:pk>/forecast/", ForecastView.as_view(), name="deal-forecast"),
    *DealPages.urls(),
]
