"""Tokens for programs, and the directory of people."""

from typing import ClassVar

from django.contrib.auth import authenticate
from django.db.models import Q
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Session, User


@extend_schema_serializer(
    examples=[OpenApiExample("Demo login", {"username": "rep", "password": "parsley-demo", "name": "Nightly import"})]
)
class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=254, help_text="Or the e-mail address.")
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    name = serializers.CharField(max_length=100, required=False, help_text="What the token is for.")

    def to_internal_value(self, data):
        unknown = [name for name in data if name not in self.fields] if isinstance(data, dict) else []
        if unknown:
            raise ValidationError({name[:100]: ["There is no such field."] for name in unknown}, code="unknown")
        return super().to_internal_value(data)


@extend_schema_serializer(
    examples=[OpenApiExample("Token", {"token": "r:0a1b2c3d4e5f60718293a4b5c6d7e8f9", "id": "Hq2vX9bTzK"})]
)
class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="Shown this once. Send it as `Authorization: Token …` or `Bearer …`.")
    id = serializers.CharField(help_text="What the token is called in lists of tokens.")


class TokenView(APIView):
    """POST a name and a password for a token; DELETE with the token in the header to revoke it."""

    permission_classes = [AllowAny]

    def get_authenticators(self) -> list:
        """Signing in asks for none: a program with an expired token in its headers has to get a new one."""
        return [] if self.request and self.request.method == "POST" else super().get_authenticators()

    @extend_schema(
        operation_id="token_create",
        summary="Sign in for a token",
        description="At most 10 wrong tries an account and an address in five minutes; then 429 with Retry-After.",
        request=CredentialsSerializer,
        responses={201: TokenSerializer},
        auth=[],
    )
    def post(self, request) -> Response:
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        given = credentials.validated_data
        user = authenticate(request._request, username=given["username"], password=given["password"])
        if user is None:
            raise ValidationError({"password": ["The username or the password is wrong."]}, code="wrong_credentials")
        session, token = Session.start(user, given.get("name", "REST API"), request._request)
        return Response({"token": token, "id": session.pk}, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="token_revoke", summary="Revoke the token of this request", request=None, responses={204: None}
    )
    def delete(self, request) -> Response:
        if not isinstance(request.auth, Session):
            raise NotAuthenticated("Send the token that is to be revoked.")
        request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_serializer(
    examples=[OpenApiExample("Colleague", {"id": "m3Xk0PqRsT", "username": "rosa", "name": "Rosa Rep"})]
)
class DirectorySerializer(serializers.ModelSerializer):
    """A person as colleagues see him: the e-mail address only of oneself, and to administrators."""

    email = serializers.EmailField(required=False, help_text="Only your own, unless you are an administrator.")

    class Meta:
        model = User
        fields = ["id", "username", "name", "email"]

    def to_representation(self, user: User) -> dict:
        row = super().to_representation(user)
        reader = self.context["request"].user
        if reader != user and not reader.rights.may("accounts.view_user"):
            del row["email"]
        return row


class UserViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The directory: whom one may assign to and share with."""

    queryset = User.objects.directory()
    serializer_class = DirectorySerializer
    permission_classes = [IsAuthenticated]
    orderings: ClassVar[dict[str, str]] = {"username": "username", "name": "name"}
    ordering = "username"
    parameters = ("q",)
    filter_backends: list = []

    @extend_schema(parameters=[OpenApiParameter("q", description="Searches user names and names. At most 200 signs.")])
    def list(self, request, *args, **kwargs) -> Response:
        return super().list(request, *args, **kwargs)

    def get_queryset(self):
        words = self.request.query_params.get("q", "")
        if len(words) > 200:
            raise ValidationError({"q": ["At most 200 characters."]})
        found = User.objects.directory()
        for word in words.split()[:8]:
            found = found.filter(Q(username__icontains=word) | Q(name__icontains=word))
        return found
