"""Tokens for programs, and the directory of people."""

from django.contrib.auth import authenticate
from django.db.models import Q
from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Session, User

CREDENTIALS = OpenApiExample("Demo login", {"username": "rep", "password": "parsley-demo"}, request_only=True)


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    name = serializers.CharField(max_length=100, required=False, help_text="What the token is for.")


class TokenView(APIView):
    """POST a name and a password for a token; DELETE with the token in the header to revoke it."""

    authentication_classes = APIView.authentication_classes
    permission_classes = [AllowAny]

    @extend_schema(
        request=CredentialsSerializer,
        responses={201: inline_serializer("Token", {"token": serializers.CharField(), "id": serializers.CharField()})},
        examples=[CREDENTIALS],
        auth=[],
    )
    def post(self, request) -> Response:
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        given = credentials.validated_data
        user = authenticate(request._request, username=given["username"], password=given["password"])
        if user is None:
            raise ValidationError({"password": ["The username or the password is wrong."]}, code="wrong_credentials")
        session, token = Session.start(user, given.get("name", "REST API"))
        return Response({"token": token, "id": session.pk}, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request) -> Response:
        if not isinstance(request.auth, Session):
            raise ValidationError({"Authorization": ["Send the token that is to be revoked."]})
        request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class DirectorySerializer(serializers.ModelSerializer):
    """A person as colleagues see him: the e-mail address only of oneself, and to administrators."""

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
    """The directory: whom one may assign to and share with. ``?q=`` searches names."""

    queryset = User.objects.directory()
    serializer_class = DirectorySerializer
    permission_classes = [IsAuthenticated]
    orderings = {"username": "username", "name": "name"}
    ordering = "username"
    filter_backends: list = []

    def get_queryset(self):
        words = self.request.query_params.get("q", "").split()[:8]
        found = User.objects.directory()
        for word in words:
            found = found.filter(Q(username__icontains=word) | Q(name__icontains=word))
        return found
