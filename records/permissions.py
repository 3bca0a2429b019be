from rest_framework.permissions import DjangoObjectPermissions


class ClassPermissions(DjangoObjectPermissions):
    """Class-level permissions from the caller's roles, then the access rule for the single record.

    DRF asks nothing on GET; we ask ``view_…``. A visible record that may not be changed is 403, a hidden one 404.
    """

    perms_map = {
        **DjangoObjectPermissions.perms_map,
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
    }

    def has_object_permission(self, request, view, obj) -> bool:
        # Reading was decided by the queryset that the object was fetched through.
        return request.method in ("GET", "HEAD", "OPTIONS") or super().has_object_permission(request, view, obj)

    def _queryset(self, view):
        return view.model.objects
