"""Lists of the administration over tables of any size, without naming rows that the reader may not see."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.core.paginator import Paginator
from django.db import router
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property


class LimitedPaginator(Paginator):
    """Counts no further than ``limit``: an exact count of a million rows would cost more than the page.

    What lies beyond is found by searching. ``is_cut`` tells that there is more.
    """

    limit = 10_000

    @cached_property
    def _found(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return rows.order_by().values("pk")[: self.limit + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, self.limit)

    @property
    def is_cut(self) -> bool:
        return self._found > self.limit


class LargeTableAdmin(admin.ModelAdmin):
    """Never counts a whole table, sorts and filters only by what is offered, and counts what a deletion takes along."""

    paginator = LimitedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the list offers: any other column would be an oracle, or a slow scan chosen by the address."""
        words = lookup.split("__")
        return bool({"regex", "iregex"}.isdisjoint(words) and words[0] in self._filterable(request))

    def _filterable(self, request: HttpRequest) -> set[str]:
        names = {"pk", "id", self.opts.pk.name}
        for offered in self.get_list_filter(request):
            name = offered[0] if isinstance(offered, (tuple, list)) else offered
            names.add(getattr(name, "parameter_name", name))  # type: ignore[arg-type]
        return names

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, search_term[:200])

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Names the rows themselves and counts the rest; who may delete a row may delete what hangs on it."""
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        counts = {str(model._meta.verbose_name_plural): len(rows) for model, rows in collector.model_objs.items()}  # type: ignore[attr-defined]
        protected = sorted({str(row._meta.verbose_name_plural) for row in collector.protected})
        return [str(row) for row in objs], counts, set(), protected
