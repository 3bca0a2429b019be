from rest_framework.metadata import BaseMetadata


class MethodsOnly(BaseMetadata):
    """OPTIONS names the methods. DRF's own answer fetches the row as a PUT would, lock and all."""

    def determine_metadata(self, request, view) -> dict:
        return {"name": view.get_view_name(), "methods": view.allowed_methods}
