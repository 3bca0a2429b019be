from django.db import models


class ConfigParameter(models.Model):
    """One parameter of Parse.Config. ``value``: Parse's JSON. ``master_only``: not for clients."""

    name = models.CharField(primary_key=True, max_length=100)
    value = models.JSONField(null=True)
    master_only = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
